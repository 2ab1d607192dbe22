import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import { saveTokenState } from '../../src/load/token-states.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { tellIncidents } from '../../src/observe/tell-incidents.ts'
import { createWebhook } from '../../src/observe/webhook.ts'
import { unaborted } from '../extract/support/test-api.ts'
import { propertyOptions } from '../support/property-options.ts'
import { DAY_MS, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const URL_WITH_KEY = 'https://hooks.example/services/T000/B000/verysecretkey'

/** What a webhook took, in its order. */
function createInbox() {
  const texts: string[] = []
  const inbox = { texts, isDown: false, asked: 0 }
  const webhook = createWebhook(async (url, init) => {
    expect(String(url)).toBe(URL_WITH_KEY)
    inbox.asked += 1
    if (inbox.isDown) return new Response('no_service', { status: 503 })
    const body: { text: string } = JSON.parse(String(init?.body))
    texts.push(body.text)
    return new Response('ok')
  }, URL_WITH_KEY)
  return { inbox, webhook }
}

const query = (warehouse: Warehouse, sql: string, params: readonly unknown[] = []) =>
  warehouse.use((session) => session.query(sql, params))

/** A run that has ended, so many minutes after the last. */
async function endRun(warehouse: Warehouse, status: string, error: string | null = null): Promise<string> {
  const [row] = await query(
    warehouse,
    `INSERT INTO etl_run (status, started_at, finished_at, error)
     SELECT $1, coalesce(max(started_at), now()) + interval '1 minute', now(), $2 FROM etl_run RETURNING run_id`,
    [status, error],
  )
  return String(row?.run_id)
}

const addCheck = (warehouse: Warehouse, runId: string, name: string, status: string) =>
  query(
    warehouse,
    `INSERT INTO etl_check (run_id, check_name, status, detail) VALUES ($1, $2, $3, 'gap of 3 %')`,
    [runId, name, status],
  )

/** An ad account in Tokyo whose core days are loaded up to one, each after it was over unless `tooEarly`. */
async function addAccount(
  warehouse: Warehouse,
  id: number,
  newest: string,
  status = 'ACTIVE',
  tooEarly = false,
) {
  await query(
    warehouse,
    `INSERT INTO dim_account (account_id, name, currency, timezone_name, account_status, updated_at)
     VALUES ($1, 'Shop', 'JPY', 'Asia/Tokyo', $2, now())
     ON CONFLICT (account_id) DO UPDATE SET account_status = excluded.account_status`,
    [id, status],
  )
  await query(
    warehouse,
    `INSERT INTO etl_slice (account_id, report, date, status, attempts, run_id, attempted_at, loaded_at)
     SELECT $1, 'core', d.date, 'loaded', 1, 1, at, at FROM (
       SELECT date, date + interval '${tooEarly ? '12' : '40'} hours' AS at FROM dim_date
        WHERE date BETWEEN $2::date - 3 AND $2::date) d
     ON CONFLICT DO NOTHING`,
    [id, newest],
  )
}

describeOnEachWarehouse('incidents', (open) => {
  async function setUp() {
    const warehouse = await open()
    const { inbox, webhook } = createInbox()
    const now = { ms: NOW }
    const tell = (more: { readonly webhook?: null; readonly accounts?: null } = {}) =>
      tellIncidents(
        {
          warehouse,
          webhook,
          accounts: null,
          reports: REPORT_NAMES,
          staleDays: 2,
          nowMs: () => now.ms,
          ...more,
        },
        unaborted(),
      )
    return { warehouse, inbox, tell, now }
  }

  it('a run that failed is told once, however many processes see it at the same time, and once that it is over', async () => {
    const { warehouse, inbox, tell } = await setUp()
    await endRun(warehouse, 'failed', 'GET act_1: it <broke> & ended (code 1).')
    await Promise.all(Array.from({ length: 10 }, () => tell()))
    expect(inbox.texts).toHaveLength(1)
    expect(inbox.texts[0]).toContain('failed: GET act_1: it &lt;broke&gt; &amp; ended (code 1).')
    await endRun(warehouse, 'failed', 'another')
    await tell()
    await endRun(warehouse, 'partial', 'another')
    await tell()
    expect(inbox.texts).toHaveLength(1)
    await endRun(warehouse, 'succeeded')
    await Promise.all(Array.from({ length: 10 }, () => tell()))
    expect(inbox.texts).toHaveLength(2)
    expect(inbox.texts[1]).toContain('Resolved: The sync of run 1 failed')
    await endRun(warehouse, 'partial', 'again')
    await tell()
    expect(inbox.texts).toHaveLength(3)
  })

  it('what the webhook did not take is told by the next call, without its address in the problem', async () => {
    const { warehouse, inbox, tell } = await setUp()
    await endRun(warehouse, 'failed', 'broken')
    inbox.isDown = true
    const { problems } = await tell()
    expect(problems.map(({ message }) => message)).toEqual([
      'The webhook at hooks.example answered with HTTP 503; see FBADS_WEBHOOK_URL.',
    ])
    inbox.isDown = false
    await tell()
    await tell()
    expect(inbox.texts).toHaveLength(1)
  })

  it('a process that dies while it tells holds others up for a minute', async () => {
    const { warehouse, inbox, tell } = await setUp()
    await endRun(warehouse, 'failed', 'broken')
    await tell({ webhook: null })
    await query(warehouse, "UPDATE etl_incident SET claimed_at = now() - interval '50 seconds'")
    await tell()
    expect(inbox.texts).toEqual([])
    await query(warehouse, "UPDATE etl_incident SET claimed_at = now() - interval '70 seconds'")
    await tell()
    expect(inbox.texts).toHaveLength(1)
  })

  it('what was over before anybody was told is never told', async () => {
    const { warehouse, inbox, tell } = await setUp()
    await endRun(warehouse, 'failed', 'broken')
    await tell({ webhook: null })
    await endRun(warehouse, 'succeeded')
    await tell()
    expect(inbox.texts).toEqual([])
    expect(await query(warehouse, 'SELECT told_at, close_told_at FROM etl_incident')).toEqual([
      { told_at: null, close_told_at: null },
    ])
  })

  it('an incident of a check lasts until that check passes; a run that does not make it says nothing', async () => {
    const { warehouse, inbox, tell } = await setUp()
    const made = async (...checks: readonly (readonly [string, string])[]) => {
      const runId = await endRun(warehouse, 'succeeded')
      for (const [name, status] of checks) await addCheck(warehouse, runId, name, status)
      await tell()
    }
    await made(['reconciliation_api', 'fail'], ['orphan_facts', 'fail'], ['ctr', 'warn'])
    expect(inbox.texts).toHaveLength(1)
    expect(inbox.texts[0]?.split('\n').slice(1)).toEqual([
      'The check reconciliation_api failed: gap of 3 %',
      'The check orphan_facts failed: gap of 3 %',
    ])
    await made(['orphan_facts', 'pass'])
    expect(inbox.texts).toHaveLength(2)
    expect(inbox.texts[1]).toMatch(/Resolved: The check orphan_facts failed/)
    await made()
    expect(inbox.texts).toHaveLength(2)
    await made(['reconciliation_api', 'warn'])
    expect(inbox.texts).toHaveLength(3)
  })

  it('an active account is stale when its newest complete day is too far behind its own yesterday', async () => {
    const { warehouse, inbox, tell, now } = await setUp()
    // In Tokyo it is the 6th at five in the morning, and its yesterday the 5th.
    await addAccount(warehouse, 11, '2026-11-03')
    await addAccount(warehouse, 12, '2026-11-02')
    await addAccount(warehouse, 13, '2026-10-01', 'DISABLED')
    await addAccount(warehouse, 14, '2026-11-05', 'ACTIVE', true)
    const { health, incidents } = await tell()
    const lags = health.accounts.map(({ accountId, lagDays }) => [accountId, lagDays])
    expect(lags).toEqual([
      ['11', 2],
      ['12', 3],
    ])
    expect(incidents.map(({ kind, subject }) => [kind, subject])).toEqual([['stale', '12']])
    expect(inbox.texts[0]).toContain(
      'act_12 Shop is stale: its newest complete day is 2026-11-02, 3 days behind. fbads status --account act_12',
    )
    now.ms += DAY_MS
    await tell()
    expect(inbox.texts).toHaveLength(2)
    expect(inbox.texts[1]).toContain('act_11')
    await addAccount(warehouse, 11, '2026-11-06')
    await addAccount(warehouse, 12, '2026-11-02', 'DISABLED')
    await tell()
    expect(inbox.texts).toHaveLength(3)
    expect(inbox.texts[2]?.match(/Resolved/g)).toHaveLength(2)
  })

  it('a token is told a week before it ends, or when it is refused', async () => {
    const { warehouse, inbox, tell } = await setUp()
    const token = (isValid: boolean, days: number | null) =>
      saveTokenState(warehouse, {
        name: 'FACEBOOK_ACCESS_TOKEN',
        isValid,
        expiresAtMs: days === null ? null : NOW + days * DAY_MS,
        askedAtMs: NOW,
      })
    for (const days of [null, 60, 7]) {
      await token(true, days)
      await tell()
    }
    expect(inbox.texts).toEqual([])
    await token(true, 6.5)
    await tell()
    expect(inbox.texts[0]).toContain('The access token expires on 2026-11-12, in 7 days. Make a new one')
    await token(false, -1)
    await tell()
    expect(inbox.texts).toHaveLength(1)
    await token(true, 60)
    await tell()
    expect(inbox.texts).toHaveLength(2)
  })

  it('in any order of runs, and of webhooks that fail, each begin and each end is told once and in turn', async () => {
    const step = fc.record({
      status: fc.constantFrom('succeeded', 'failed', 'partial'),
      isDown: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { warehouse, inbox, tell } = await setUp()
        for (const { status, isDown } of [...steps, { status: 'succeeded', isDown: false }]) {
          await endRun(warehouse, status, status === 'succeeded' ? null : 'broken')
          inbox.isDown = isDown
          await tell()
        }
        const kinds = inbox.texts.map((text) => text.includes('Resolved'))
        expect(kinds.filter((isEnd) => isEnd)).toHaveLength(kinds.length / 2)
        const rows = await query(warehouse, 'SELECT told_at, closed_at, close_told_at FROM etl_incident')
        // What was over before it was told is told neither way.
        expect(rows.filter(({ told_at: told }) => told !== null)).toHaveLength(kinds.length / 2)
        expect(rows.every((row) => row.closed_at !== null && !row.told_at === !row.close_told_at)).toBe(true)
      }),
      propertyOptions(0.2),
    )
  })
})

it('of very many accounts a message names some', async () => {
  const { toMessages } = await import('../../src/observe/incident-messages.ts')
  const claimed = Array.from({ length: 300 }, (_, i) => ({
    id: String(i),
    kind: 'stale' as const,
    subject: String(i),
    detail: `act_${i} is stale`,
    closedAtMs: null,
  }))
  const [message, ...others] = toMessages(claimed, 'here')
  expect(others).toEqual([])
  expect(message?.incidents).toHaveLength(300)
  expect(message?.text.split('\n')).toHaveLength(22)
  expect(message?.text).toContain('and 280 more')
})

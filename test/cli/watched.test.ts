import { describe, expect, it } from 'vitest'
import type { Fetch } from '../../src/extract/fetch.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import type { SimulatorOptions } from '../../src/simulator/options.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { SECRET, TOKEN } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { DAY_MS, NOW } from '../support/test-sync.ts'

const WEBHOOK = 'https://hooks.example/services/T000/B000/verysecretkey'

interface SetUp extends Partial<SimulatorOptions> {
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** `fbads` on a server, between a simulated API and a webhook. */
async function setUp({ environment, ...options }: SetUp = {}) {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 7, nowMs: NOW, accounts: 1, ads: 6, days: 8 })
  const simulator = createSimulator({ world, clock, ...options })
  /** Of the insights edge, and of the webhook. */
  const outage = { isOn: false, ofWebhook: false }
  const told: string[] = []
  const calls: string[] = []
  const fetch: Fetch = async (input, init) => {
    if (String(input) !== WEBHOOK) {
      calls.push(new URL(input).pathname)
      return outage.isOn && String(input).includes('/insights')
        ? Response.json({ error: { message: 'An unknown error occurred', code: 1 } }, { status: 500 })
        : simulator.fetch(input, init)
    }
    if (outage.ofWebhook) throw new TypeError(`fetch failed for ${input}`)
    const body: { text: string } = JSON.parse(String(init?.body))
    told.push(body.text)
    return new Response('ok')
  }
  const fbads = await createServedCommandLine({
    fetch,
    clock,
    environment: { FBADS_WEBHOOK_URL: WEBHOOK, ...environment },
  })
  return { clock, simulator, outage, fbads, told, calls }
}

/** Each line of stderr, which all are JSON. */
function linesOf(stderr: string): Record<string, unknown>[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

describe('the webhook', () => {
  it('is told once that syncs fail, and once that they work again; status --check ends as it is', async () => {
    const { fbads, outage, told, clock } = await setUp()
    expect((await fbads.run('status', '--check')).status).toBe(1)
    outage.isOn = true
    for (let syncs = 0; syncs < 3; syncs += 1) {
      const { status, stdout, stderr } = await fbads.run('sync', '--days', '2')
      expect(status).toBe(1)
      expect(stdout + stderr).not.toContain('verysecretkey')
      clock.advance(60_000)
    }
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^❌ fbads, test_\w+ in postgres:\/\/\S+\nThe sync of run 1 failed: /m)
    const failed = await fbads.run('status', '--check', '--json')
    expect(failed.status).toBe(1)
    expect(JSON.parse(failed.stdout).incidents).toMatchObject([{ kind: 'run', subject: 'sync' }])

    outage.isOn = false
    expect((await fbads.run('sync', '--days', '2')).status).toBe(0)
    expect(told).toHaveLength(2)
    expect(told[1]).toContain('Resolved: The sync of run 1 failed')
    const good = await fbads.run('status', '--check')
    expect(good.status).toBe(0)
    expect(good.stdout).toContain('✓ Nothing is wrong.')

    clock.advance(5 * DAY_MS)
    const stale = await fbads.run('status', '--check')
    expect(stale.status).toBe(4)
    expect(stale.stdout).toMatch(
      /❌ act_\d+ .* is stale: its newest complete day is 2026-11-0\d, \d days behind/,
    )
    expect((await fbads.run('status', '--check')).status).toBe(4)
    expect(told).toHaveLength(3)
    expect((await fbads.run('status')).status).toBe(0)
  })

  it('is told of a token that is refused, and status --check then ends with 5', async () => {
    const { fbads, simulator, told } = await setUp({ environment: { FACEBOOK_APP_SECRET: undefined } })
    simulator.setToken('token-expired')
    expect((await fbads.run('sync', '--days', '2')).status).toBe(5)
    expect(told.map((text) => text.split('\n')[1])).toEqual([
      expect.stringMatching(/^The access token is refused by the API/),
      expect.stringMatching(/^The sync of run 1 failed: .*code 190/),
    ])
    expect((await fbads.run('status', '--check')).status).toBe(5)
    simulator.setToken('valid')
    expect((await fbads.run('sync', '--days', '2')).status).toBe(0)
    expect(told).toHaveLength(4)
    expect((await fbads.run('status', '--check')).status).toBe(0)
  })

  it('is told of a token that is about to end, of which the API is asked once a day', async () => {
    const { fbads, told, calls, clock } = await setUp({
      environment: { FACEBOOK_APP_ID: '123' },
      accessToken: TOKEN,
      appId: '123',
      appSecret: SECRET,
      tokenEndsMs: NOW + 10 * DAY_MS,
    })
    const asked = () => calls.filter((path) => path.endsWith('/debug_token')).length
    for (let syncs = 0; syncs < 3; syncs += 1) {
      expect((await fbads.run('sync', '--days', '1', '--report', 'core')).status).toBe(0)
      clock.advance(3_600_000)
    }
    expect([asked(), told]).toEqual([1, []])
    clock.advance(3.5 * DAY_MS)
    expect((await fbads.run('sync', '--days', '1', '--report', 'core')).status).toBe(0)
    expect(asked()).toBe(2)
    expect(told).toEqual([expect.stringContaining('The access token expires on 2026-11-15, in 7 days')])
    expect((await fbads.run('status', '--check')).status).toBe(5)
  })

  it('whose address would send its key in the clear is refused before anything else', async () => {
    const { fbads, calls } = await setUp({
      environment: { FBADS_WEBHOOK_URL: 'http://hooks.example/verysecretkey' },
    })
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(2)
    expect(stderr).toContain('FBADS_WEBHOOK_URL must be an https:// address')
    expect(stderr).not.toContain('verysecretkey')
    expect(calls).toEqual([])
  })

  it('is told by each sync that its database cannot be reached', async () => {
    const { fbads, told } = await setUp({
      environment: { DATABASE_URL: 'postgres://fbads:password@127.0.0.1:1/x' },
    })
    for (const times of [1, 2]) {
      const { status, stdout, stderr } = await fbads.run('sync', '--days', '2')
      expect(status).toBe(1)
      expect(stdout + stderr).not.toContain('WARNING')
      expect(told).toHaveLength(times)
    }
    expect(told[0]).toMatch(
      /^❌ fbads\nThe sync failed: postgres:\/\/fbads@127\.0\.0\.1:1\/x cannot be reached/,
    )
    expect(told.join('')).not.toContain('password')
  })

  it('that cannot be reached is a warning, and told by the next sync', async () => {
    const { fbads, outage, told } = await setUp()
    outage.isOn = true
    outage.ofWebhook = true
    const first = await fbads.run('sync', '--days', '2', '--report', 'core')
    expect(first.status).toBe(1)
    expect(first.stderr).toContain(
      '⚠️ WARNING: The webhook at hooks.example cannot be reached: fetch failed for [hidden].',
    )
    outage.ofWebhook = false
    await fbads.run('sync', '--days', '2', '--report', 'core')
    expect(told).toHaveLength(1)
  })
})

describe('--log-format json', () => {
  it('makes each event a line of JSON on stderr and leaves stdout as it is', async () => {
    const { fbads, simulator } = await setUp()
    simulator.fail({ error: 'unknown', match: { edge: 'insights' }, times: 1 })
    const { status, stdout, stderr } = await fbads.run(
      'sync',
      '--days',
      '2',
      '--json',
      '--log-format',
      'json',
      '--verbose',
    )
    expect(status).toBe(0)
    const document: { run_id: string; api_calls: number } = JSON.parse(stdout)
    const lines = linesOf(stderr)
    for (const { time, level, msg } of lines) {
      expect(time).toMatch(/^2026-11-05T\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(['debug', 'info', 'warn', 'error']).toContain(level)
      expect(msg).toMatch(/./)
    }
    const begun = lines.findIndex(({ msg }) => msg === 'run begun')
    expect(lines.slice(begun).every(({ run_id: id }) => id === document.run_id)).toBe(true)
    const of = (msg: string) => lines.filter((line) => line.msg === msg)
    expect(of('loaded')).toHaveLength(3)
    expect(of('loaded')[0]).toMatchObject({
      level: 'info',
      account: expect.stringMatching(/^\d+$/),
      report: expect.any(String),
      since: '2026-11-04',
      until: '2026-11-05',
      slices: 2,
    })
    expect(of('retry')).toMatchObject([
      { level: 'warn', code: 1, fbtrace_id: expect.any(String), error: expect.stringContaining('code 1') },
    ])
    expect(of('api call').reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(document.api_calls)
    expect(of('sync ended')).toMatchObject([{ status: 'succeeded', api_calls: document.api_calls }])
  })

  it('is asked for by FBADS_LOG_FORMAT, too, for every command; errors are lines, too', async () => {
    const { fbads } = await setUp({
      environment: { FBADS_LOG_FORMAT: 'json', FACEBOOK_ACCESS_TOKEN: undefined },
    })
    const { status, stdout, stderr } = await fbads.run('sync')
    expect([status, stdout]).toEqual([2, ''])
    expect(linesOf(stderr)).toMatchObject([
      { level: 'error', msg: expect.stringContaining('FACEBOOK_ACCESS_TOKEN is not set') },
    ])
    const text = await fbads.run('status', '--log-format', 'text')
    expect(text.stderr).toMatch(/^❌ /)
  })

  it('of a quiet sync has only what is wrong', async () => {
    const { fbads, simulator } = await setUp()
    simulator.fail({ error: 'unknown', match: { edge: 'insights' }, times: 1 })
    const { stderr } = await fbads.run(
      'sync',
      '--days',
      '2',
      '--report',
      'core',
      '--log-format',
      'json',
      '--quiet',
    )
    expect(linesOf(stderr).map(({ level }) => level)).toEqual(['warn'])
  })

  it('refuses another format', async () => {
    const { fbads } = await setUp({ environment: { FBADS_LOG_FORMAT: 'xml' } })
    const { status, stderr } = await fbads.run('status')
    expect([status, stderr]).toEqual([2, '❌ FBADS_LOG_FORMAT is "xml"; it must be text or json.\n'])
    expect((await fbads.run('status', '--log-format', 'xml')).status).toBe(2)
  })

  it('no line, no message and no row has a secret', async () => {
    const { fbads, simulator, told } = await setUp({
      environment: { FBADS_LOG_FORMAT: 'json', FACEBOOK_APP_ID: '123', SECOND_TOKEN: 'another-token' },
    })
    simulator.fail({
      error: {
        code: 100,
        message: `it says ${TOKEN} ${SECRET} another-token ${WEBHOOK} access_token=x1y2z3`,
      },
      match: { edge: 'insights' },
      times: 1_000,
    })
    const { stderr } = await fbads.run('sync', '--days', '2', '--verbose')
    const rows = await dumpWarehouse(fbads.warehouse)
    const all = [...stderr.split('\n'), ...told]
    expect(told.length).toBeGreaterThan(0)
    expect(all.join('')).toContain('[hidden]')
    for (const secret of [TOKEN, SECRET, 'x1y2z3'])
      expect([...all, ...rows].filter((line) => line.includes(secret))).toEqual([])
    for (const secret of ['another-token', 'verysecretkey'])
      expect(stderr.split('\n').filter((line) => line.includes(secret))).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { readPages } from '../../src/extract/paginate.ts'
import { readReportRun } from '../../src/extract/report-run.ts'
import { fingerprintOf, type ReportRunMemory } from '../../src/extract/report-run-memory.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { SubmittedRun } from '../../src/model/request-size.ts'
import { collect, createTestApi, failure, type Handler, json, page, unaborted } from './support/test-api.ts'

const CALL = { accountId: parseAccountId('1'), path: 'act_1/insights', params: { level: 'ad' } }
const ROWS = [{ ad_id: '1' }, { ad_id: '2' }]
const MINUTE_MS = 60_000

/** The state of the run `id` at its `poll`-th poll, counted from 1. */
type Run = (id: number, poll: number) => object | Response

/** Runs are 1, 2, 3 … in the order of their submission. */
function read(run: Run, result: Handler = () => page(ROWS, null), memory: ReportRunMemory | null = null) {
  const polls = new Map<number, number>()
  let submitted = 0
  const test = createTestApi((request, index) => {
    if (request.method === 'POST') {
      submitted += 1
      return json({ report_run_id: String(submitted) })
    }
    if (request.path.endsWith('/insights')) return result(request, index)
    const id = Number(request.path)
    polls.set(id, (polls.get(id) ?? 0) + 1)
    const answer = run(id, polls.get(id) ?? 0)
    return answer instanceof Response ? answer : json(answer)
  })
  const rows = collect(readReportRun(test.api, CALL, readPages, { limit: 500 }, memory, unaborted()))
  const submits = () => test.requests.filter(({ method }) => method === 'POST').length
  return { ...test, rows, submits }
}

/** Remembers as a warehouse does. */
function createMemory(known: readonly [string, SubmittedRun][] = []) {
  const runs = new Map(known)
  const memory: ReportRunMemory = {
    find: async (fingerprint) => runs.get(fingerprint) ?? null,
    keep: async (fingerprint, run) => void runs.set(fingerprint, run),
    forget: async (fingerprint) => void runs.delete(fingerprint),
  }
  return { memory, runs }
}

function state(status: string, percent: number, more: object = {}): object {
  return { id: '1', async_status: status, async_percent_completion: percent, is_running: true, ...more }
}
const COMPLETED = state('Job Completed', 100)

describe('a report run', () => {
  it('is polled until it has completed with 100 %, then read with a limit', async () => {
    const course = [
      state('Job Not Started', 0),
      state('Job Started', 0),
      state('Job Running', 40),
      state('Job Running', 100),
      state('Job Completed', 90),
      COMPLETED,
    ]
    const { rows, requests, events, clock } = read((_, poll) => course[poll - 1] ?? COMPLETED)
    expect(await rows).toEqual(ROWS)
    expect(requests.map(({ path }) => path)).toEqual(['act_1/insights', ...Array(6).fill('1'), '1/insights'])
    expect(requests.at(-1)?.params.get('limit')).toBe('500')
    expect(events.map((event) => event.type === 'report-run' && `${event.status} ${event.percent}`)).toEqual(
      course.map((at) => Object.values(at).slice(1, 3).join(' ')),
    )
    expect(clock.sleeps).toEqual([1_000, 1_500, 2_250, 3_375, 5_062.5, 7_593.75])
  })

  it('is found by an id that comes as a bare number, without losing a digit', async () => {
    const { api, requests } = createTestApi(({ method, path }) => {
      if (method === 'POST') return json('{"report_run_id":120213328950940107}')
      return path.endsWith('/insights') ? page(ROWS, null) : json(COMPLETED)
    })
    await collect(readReportRun(api, CALL, readPages, { limit: 500 }, null, unaborted()))
    expect(requests.at(-1)?.path).toBe('120213328950940107/insights')
  })

  it('may be unknown just after its submission', async () => {
    const { rows, submits } = read((_, poll) => (poll <= 3 ? failure(100, 33) : COMPLETED))
    expect(await rows).toEqual(ROWS)
    expect(submits()).toBe(1)
  })

  it.each([
    ['not ready', () => failure(100, 1815107)],
    ['unknown', () => failure(100, 33)],
    [
      'denies its columns',
      () => failure(100, undefined, { message: '(#100) Cannot include spend in summary param' }),
    ],
  ])('may be %s for a moment when its result is read', async (_, answer) => {
    let reads = 0
    const { rows, submits } = read(
      () => COMPLETED,
      () => {
        reads += 1
        return reads < 3 ? answer() : page(ROWS, null)
      },
    )
    expect(await rows).toEqual(ROWS)
    expect(submits()).toBe(1)
  })

  it.each([
    ['is skipped', state('Job Skipped', 0)],
    ['fails without a reason', state('Job Failed', 100)],
    ['fails for a reason of its own', state('Job Failed', 0, { error_code: -2, error_subcode: 2490547 })],
    ['fails for a limit of runs', state('Job Failed', 0, { error_code: 4, error_subcode: 1504022 })],
    ['stays at 0 %', state('Job Running', 0)],
    ['stays in the queue', state('Job Not Started', 0)],
  ])('is submitted again when it %s', async (_, fate) => {
    const { rows, submits } = read((id) => (id === 1 ? fate : COMPLETED))
    expect(await rows).toEqual(ROWS)
    expect(submits()).toBe(2)
  })

  it('is given up after three more tries', async () => {
    const { rows, submits } = read(() => state('Job Skipped', 0))
    await expect(rows).rejects.toMatchObject({ kind: 'too-much-data', smallerPagesHelp: false })
    expect(submits()).toBe(4)
  })

  it.each([{ toString: 1 }, [100], true, '100 %', -5, 'NaN', null])(
    'whose progress is no number has none: %j',
    async (async_percent_completion) => {
      const { rows, events } = read((_, poll) =>
        poll < 2 ? { ...COMPLETED, async_percent_completion } : COMPLETED,
      )
      expect(await rows).toEqual(ROWS)
      expect(events).toMatchObject([{ percent: 0 }, { percent: 100 }])
    },
  )

  it('that does not start is left after five minutes', async () => {
    const { rows, clock, submits } = read((id) => (id === 1 ? state('Job Running', 0) : COMPLETED))
    const startMs = clock.now()
    await rows
    expect(submits()).toBe(2)
    expect(clock.now() - startMs).toBeGreaterThan(5 * MINUTE_MS)
    expect(clock.now() - startMs).toBeLessThan(6 * MINUTE_MS)
  })

  it('that runs for ever is left after an hour, and no other is begun', async () => {
    const { rows, clock, submits } = read(() => state('Job Running', 99))
    const startMs = clock.now()
    await expect(rows).rejects.toMatchObject({
      kind: 'too-much-data',
      message: expect.stringContaining('99 % after an hour'),
    })
    expect(clock.now() - startMs).toBeLessThan(61 * MINUTE_MS)
    expect(submits()).toBe(1)
  })

  it.each([
    ['too much data', -3, 1504045, 'too-much-data'],
    ['invalid breakdowns', 2, 1504041, 'request'],
    ['no permission', 100, 3191001, 'permission'],
  ] as const)('that fails for %s is not tried again', async (_, code, subcode, kind) => {
    const fate = state('Job Failed', 100, { error_code: code, error_subcode: subcode, error_message: 'no' })
    const { rows, submits } = read(() => fate)
    await expect(rows).rejects.toMatchObject({ kind, code, subcode })
    expect(submits()).toBe(1)
  })

  it('without an id is an error', async () => {
    const { api } = createTestApi(() => json({ success: true }))
    await expect(
      collect(readReportRun(api, CALL, readPages, { limit: 500 }, null, unaborted())),
    ).rejects.toThrow(/without giving its run an id/)
  })
})

describe('a remembered report run', () => {
  /** Submitted ten minutes ago by another process. */
  const submittedMs = 1_790_000_000_000 - 10 * MINUTE_MS
  const known = () =>
    createMemory([[fingerprintOf(CALL), { reportRunId: parseAccountId('77'), submittedMs }]])

  it('is waited for in place of another, and forgotten once it is read', async () => {
    const { memory, runs } = known()
    const { rows, submits, requests } = read(
      (_, poll) => (poll === 1 ? state('Job Running', 50) : COMPLETED),
      () => page(ROWS, null),
      memory,
    )
    expect(await rows).toEqual(ROWS)
    expect(submits()).toBe(0)
    expect(requests.map(({ path }) => path)).toEqual(['77', '77', '77/insights'])
    expect([...runs]).toEqual([])
  })

  it.each([
    ['expired', () => failure(100, 33)],
    ['been skipped', () => state('Job Skipped', 0)],
    ['not started for too long', () => state('Job Not Started', 0)],
    ['another account', () => ({ ...COMPLETED, account_id: '2' })],
    ['another day', () => ({ ...COMPLETED, date_start: '2026-01-01' })],
  ])('makes room for another at once when it has %s', async (_, answer) => {
    const { memory } = known()
    const { rows, submits, requests } = read(
      (id) => (id === 77 ? answer() : COMPLETED),
      () => page(ROWS, null),
      memory,
    )
    expect(await rows).toEqual(ROWS)
    expect(submits()).toBe(1)
    expect(requests.filter(({ path }) => path === '77')).toHaveLength(1)
  })

  it('is found by a process that comes after one that was stopped', async () => {
    const { memory, runs } = createMemory()
    const stop = new AbortController()
    const { api, requests } = createTestApi(({ method, path }) => {
      if (method === 'POST') return json({ report_run_id: '5' })
      if (path.endsWith('/insights')) return page(ROWS, null)
      if (stop.signal.aborted) return json(COMPLETED)
      stop.abort(new Error('stopped'))
      return json(state('Job Running', 10))
    })
    const readOnce = (signal: AbortSignal) =>
      collect(readReportRun(api, CALL, readPages, { limit: 500 }, memory, signal))
    await expect(readOnce(stop.signal)).rejects.toThrow('stopped')
    expect([...runs.values()]).toMatchObject([{ reportRunId: '5' }])
    expect(await readOnce(unaborted())).toEqual(ROWS)
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('is the same for the same parameters in any order, and another for others', () => {
    const [a, b] = [
      { level: 'ad', fields: 'spend' },
      { fields: 'spend', level: 'ad' },
    ]
    expect(fingerprintOf({ ...CALL, params: a })).toBe(fingerprintOf({ ...CALL, params: b }))
    expect(fingerprintOf({ ...CALL, params: { ...a, level: 'account' } })).not.toBe(
      fingerprintOf({ ...CALL, params: a }),
    )
  })
})

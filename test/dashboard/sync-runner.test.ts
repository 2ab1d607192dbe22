import { expect, it } from 'vitest'
import { createSyncRunner } from '../../src/cli/serve/sync-runner.ts'
import type { DateRange } from '../../src/dashboard/date-range.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { SyncEvent } from '../../src/pipeline/sync-event.ts'
import type { SyncSummary } from '../../src/pipeline/sync-summary.ts'

const SUMMARY: SyncSummary = {
  runId: '1',
  status: 'succeeded',
  since: null,
  until: null,
  accounts: [],
  stoppedSources: [],
  failedAccounts: [],
  failedRequests: [],
  slices: { planned: 3, loaded: 2, unchanged: 1, failed: 0, skipped: 0 },
  rows: {},
  rejected: 0,
  apiCalls: 4,
  durationMs: 5,
  checks: [],
}

/** Sleeps end when the test says so. */
function createHeldClock() {
  const asleep: { ms: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => 0,
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        asleep.push({ ms, wake: resolve })
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
  }
  return { clock, asleep }
}

function start(everyMs: number | null, signal = new AbortController().signal) {
  const { clock, asleep } = createHeldClock()
  const runs: {
    days: DateRange | null
    onEvent: (event: SyncEvent) => void
    end: PromiseWithResolvers<SyncSummary>
  }[] = []
  const runner = createSyncRunner({
    clock,
    signal,
    everyMs,
    run: (days, onEvent) => {
      const end = Promise.withResolvers<SyncSummary>()
      runs.push({ days, onEvent, end })
      return end.promise
    },
  })
  runner.begin()
  return { runner, runs, asleep }
}

it('runs one sync at a time, and tells how far it is and how it ended', async () => {
  const { runner, runs } = start(null)
  const days = { since: parseCalendarDate('2026-01-01'), until: parseCalendarDate('2026-01-02') }
  let told = 0
  const stop = runner.subscribe(() => {
    told += 1
  })
  expect(runner.start(days)).toBe(true)
  expect(runner.start(null)).toBe(false)
  expect(runs.map((run) => run.days)).toEqual([days])
  runs[0]?.onEvent({ type: 'planned', slices: 6, requests: 1 })
  expect(runner.state).toMatchObject({ isRunning: true, progress: { planned: 6, done: 0 } })
  stop()
  runs[0]?.end.resolve(SUMMARY)
  await runner.idle()
  expect(runner.state).toMatchObject({
    isRunning: false,
    progress: null,
    lastEnd: { ok: true, message: '3 slices loaded, 1 of them unchanged' },
  })
  expect(told).toBe(2)
  expect(runner.start(null)).toBe(true)
  runs[1]?.end.reject(new Error('the token has expired'))
  await runner.idle()
  expect(runner.state.lastEnd).toMatchObject({ ok: false, message: 'the token has expired' })
})

it('runs by the clock: so long after each end, however it came about, and not twice', async () => {
  const { runner, runs, asleep } = start(60_000)
  expect(asleep.map(({ ms }) => ms)).toEqual([60_000])
  expect(runner.state.nextAt).toBe(new Date(60_000).toISOString())
  runner.start(null)
  runs[0]?.end.resolve(SUMMARY)
  await runner.idle()
  // The pause that was on its way ends: only the one since the last end counts.
  asleep[0]?.wake()
  await Promise.resolve()
  await Promise.resolve()
  expect(runs).toHaveLength(1)
  asleep[1]?.wake()
  await Promise.resolve()
  await Promise.resolve()
  expect(runs).toHaveLength(2)
})

it('starts nothing once it has to end', async () => {
  const end = new AbortController()
  const { runner, runs } = start(60_000, end.signal)
  end.abort(new Error('Ctrl-C'))
  await Promise.resolve()
  expect(runner.start(null)).toBe(false)
  expect(runs).toEqual([])
})

it('tells which source was stopped, and why', async () => {
  const { runner, runs } = start(null)
  runner.start(null)
  const stoppedSources = [{ name: 'south', error: new Error('the token has expired') }]
  runs[0]?.end.resolve({ ...SUMMARY, status: 'partial', stoppedSources })
  await runner.idle()
  expect(runner.state.lastEnd).toMatchObject({
    ok: false,
    message: '3 slices loaded, 1 of them unchanged; source south is stopped: the token has expired',
  })
})

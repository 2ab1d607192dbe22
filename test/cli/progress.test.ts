import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { createLogUpdate } from 'log-update'
import { expect, it } from 'vitest'
import { createOutput, type Output } from '../../src/cli/output.ts'
import { createProgress } from '../../src/cli/render/progress.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { propertyOptions } from '../support/property-options.ts'
import { NOW } from '../support/test-sync.ts'

const day = parseCalendarDate('2026-11-05')
const accountId = parseAccountId('1')
const request = { accountId, report: 'core', since: day, until: day } as const

/** A sync on a terminal of so many columns, or into a file: what it shows, call by call, and how a second goes by. */
function watch(columns: number, isTTY = true) {
  const shown: string[] = []
  const ticks = new Set<() => void>()
  const write = (chunk: Buffer, _: unknown, next: () => void) => {
    shown.push(stripVTControlCharacters(String(chunk)).trimEnd())
    next()
  }
  const stream = Object.assign(new Writable({ write }), { isTTY, columns, rows: 24 })
  const flags = { json: false, verbose: false, quiet: false, color: false }
  const clock = createTestClock(() => 0.5, NOW)
  const real = createOutput({ ...flags, stdout: stream, stderr: stream, createLogUpdate })
  let lines: readonly string[] = []
  const output: Output = {
    ...real,
    liveWidth: real.liveWidth,
    live(next) {
      lines = next
      real.live(next)
    },
  }
  const progress = createProgress(output, clock, (ms, tick) => {
    expect(ms).toBe(1000)
    ticks.add(tick)
    return () => ticks.delete(tick)
  })
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) {
      clock.advance(1000)
      for (const tick of ticks) tick()
    }
  }
  return {
    progress,
    clock,
    pass,
    ticks,
    lines: () => lines,
    shown: () => shown.filter((text) => text !== ''),
  }
}

/** What a sync that has done some of what is planned shows. */
function show(columns: number, planned: number, done: number, records: number, waitMs = 0): string[] {
  return begin(columns, planned, done, records, waitMs).shown()
}

function begin(columns: number, planned: number, done: number, records: number, waitMs = 0) {
  const watched = watch(columns)
  const { progress, clock } = watched
  progress.onEvent({ type: 'planned', slices: planned, requests: 1 })
  clock.advance(61_000)
  progress.onEvent({ type: 'slices-failed', request, slices: 1, error: new Error('a sum that is off') })
  progress.onEvent({ type: 'loaded', request, slices: done, unchanged: 0, records, counts: {} })
  if (waitMs > 0)
    progress.onEvent({ type: 'waiting', accountId, untilMs: clock.now() + waitMs, reason: 'a limit' })
  return watched
}

it('the progress of a sync is three lines on every terminal, none longer than it', () => {
  const sizes = [fc.integer({ min: 20, max: 200 }), fc.integer({ min: 2, max: 1e6 }), fc.nat(1e9)] as const
  fc.assert(
    fc.property(...sizes, fc.double({ min: 0, max: 1, noNaN: true }), (columns, planned, records, share) => {
      const shown = show(columns, planned, Math.floor(share * (planned - 1)), records)
      expect(shown.length).toBeGreaterThan(0)
      for (const text of shown) {
        // What is the same as before is not written again.
        expect(text.split('\n').length).toBeLessThanOrEqual(3)
        for (const line of text.split('\n')) expect(line.length).toBeLessThan(columns)
      }
    }),
    propertyOptions(1),
  )
})

it('the progress of a sync says how far it is, how fast, and how much of the limit is used', () => {
  expect(show(80, 90, 45, 9000).at(-1)?.split('\n')).toEqual([
    '████████░░░░░░░░ 46 of 90 slices, 1 failed, 59 s left',
    '9000 rows, 148 rows/s, 1 min 1 s so far',
    "░░░░░░░░░░░░░░░░ 0 % of the API's limit used",
  ])
  expect(show(40, 90, 45, 9000).at(-1)?.split('\n')).toEqual([
    '46 of 90 slices, 1 failed, 59 s left',
    '9000 rows, 148 rows/s, 1 min 1 s so far',
    "0 % of the API's limit used",
  ])
})

it('the progress of a sync makes no guess of the time left while it waits, and says for what and until when', () => {
  const waiting = show(120, 90, 45, 9000, 60_000).at(-1)
  expect(waiting).not.toContain('left')
  expect(waiting).toMatch(
    /0 % of the API's limit used, waiting until \d{2}:\d{2}:\d{2} \(1 min 0 s\): a limit$/,
  )
})

it('the progress of a sync goes on by the second while nothing happens', () => {
  const { pass, lines, shown } = begin(120, 90, 45, 9000)
  const before = shown().length
  pass(3)
  expect(shown()).toHaveLength(before + 3)
  expect(lines().slice(0, 2)).toEqual([
    '████████░░░░░░░░ 46 of 90 slices, 1 failed, 56 s left',
    '9000 rows, 141 rows/s, 1 min 4 s so far',
  ])
  // A guess that has not come true is not repeated.
  pass(60)
  expect(lines()[0]).toBe('████████░░░░░░░░ 46 of 90 slices, 1 failed')
})

it('the progress of a sync counts a wait down to its end', () => {
  const { pass, lines } = begin(120, 90, 45, 9000, 90_000)
  pass(1)
  expect(lines()[2]).toContain('(1 min 29 s): a limit')
  pass(59)
  expect(lines()[2]).toContain('(30 s): a limit')
  pass(30)
  expect(lines()[2]).not.toContain('waiting')
})

it('the progress of a sync ends its clock with itself, and has none where nobody sees it', () => {
  const { progress, pass, shown, ticks } = begin(80, 90, 45, 9000)
  progress.close()
  expect(ticks.size).toBe(0)
  const closed = shown()
  pass(5)
  expect(shown()).toEqual(closed)
  expect(watch(80, false).ticks.size).toBe(0)
  const early = watch(80)
  early.pass(5)
  expect(early.shown()).toEqual([])
})

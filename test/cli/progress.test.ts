import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createOutput } from '../../src/cli/output.ts'
import { createProgress } from '../../src/cli/render/progress.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { propertyOptions } from '../support/property-options.ts'
import { NOW } from '../support/test-sync.ts'

const day = parseCalendarDate('2026-11-05')
const accountId = parseAccountId('1')
const request = { accountId, report: 'core', since: day, until: day } as const

/** What a sync shows on a terminal of so many columns, call by call. */
function show(columns: number, planned: number, done: number, records: number, waitMs = 0): string[] {
  const shown: string[] = []
  const write = (chunk: Buffer, _: unknown, next: () => void) => {
    shown.push(stripVTControlCharacters(String(chunk)).trimEnd())
    next()
  }
  const stream = Object.assign(new Writable({ write }), { isTTY: true, columns, rows: 24 })
  const flags = { json: false, verbose: false, quiet: false, color: false }
  const clock = createTestClock(() => 0.5, NOW)
  const progress = createProgress(createOutput({ ...flags, stdout: stream, stderr: stream }), clock)
  progress.onEvent({ type: 'planned', slices: planned, requests: 1 })
  clock.advance(61_000)
  progress.onEvent({ type: 'slices-failed', request, slices: 1, error: new Error('a sum that is off') })
  progress.onEvent({ type: 'loaded', request, slices: done, records, counts: {} })
  if (waitMs > 0)
    progress.onEvent({ type: 'waiting', accountId, untilMs: clock.now() + waitMs, reason: 'a limit' })
  return shown.filter((text) => text !== '')
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
    '████████░░░░░░░░ 46 of 90 slices, 1 failed, 58.3 s left',
    '9000 rows, 148 rows/s',
    "░░░░░░░░░░░░░░░░ 0 % of the API's limit used",
  ])
  expect(show(40, 90, 45, 9000).at(-1)?.split('\n')).toEqual([
    '46 of 90 slices, 1 failed, 58.3 s left',
    '9000 rows, 148 rows/s',
    "0 % of the API's limit used",
  ])
})

it('the progress of a sync makes no guess of the time left while it waits, and says for what and until when', () => {
  const waiting = show(120, 90, 45, 9000, 60_000).at(-1)
  expect(waiting).not.toContain('left')
  expect(waiting).toMatch(/0 % of the API's limit used, waiting until \d{2}:\d{2}:\d{2}: a limit$/)
})

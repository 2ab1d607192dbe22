import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceCalendar } from '../../src/cli/render/slice-calendar.ts'
import type { CalendarDay } from '../../src/load/read-status.ts'
import { addDays, parseCalendarDate } from '../../src/model/calendar-date.ts'

const FIRST = parseCalendarDate('2026-09-28')
const FINE = { expected: 2, loaded: 2, failed: 0, settling: 0, rows: 9 }

function days(report: string, ...found: Partial<CalendarDay>[]): CalendarDay[] {
  return found.map((day, i) => ({ report, date: addDays(FIRST, i), ...FINE, ...day }))
}

describe('the calendar of slices', () => {
  it('has a shape for each state, the worst of any account, with months above and a legend below', () => {
    const calendar = [
      ...days('age_gender', {}, {}, {}, {}, {}, {}, {}),
      ...days(
        'core',
        {},
        { settling: 1 },
        { rows: 0 },
        { loaded: 1 },
        { loaded: 1, failed: 1 },
        { loaded: 0, failed: 0 },
        {},
      ),
    ]
    expect(sliceCalendar(calendar, 80)).toEqual([
      '            Sep',
      'age_gender  ███████',
      'core        █▒·○✗○█',
      '            █ final  ▒ may still change  · no delivery  ○ missing  ✗ failed',
    ])
  })

  it('shows the newest days that fit, a report that began later with a gap, and nothing of nothing', () => {
    const long = days('core', ...Array.from({ length: 91 }, () => ({})))
    const late = days('country', {}).map((day) => ({ ...day, date: addDays(FIRST, 90) }))
    const lines = sliceCalendar([...long, ...late], 60)
    expect(lines[1]).toBe(`core     ${'█'.repeat(51)}`)
    expect(lines[2]).toBe(`country  ${' '.repeat(50)}█`)
    expect(sliceCalendar([], 80)).toEqual([])
  })

  it('never runs over the width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 80, max: 200 }), fc.integer({ min: 1, max: 91 }), (width, count) => {
        const lines = sliceCalendar(days('age_gender', ...Array.from({ length: count }, () => ({}))), width)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      }),
    )
  })
})

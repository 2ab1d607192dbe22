import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/cli/render/cells.ts'
import { calendarLegend, sliceCalendar, worstFirst } from '../../src/cli/render/slice-calendar.ts'
import type { AccountCalendar, ReportCalendar, SliceState } from '../../src/load/read-calendars.ts'
import { addDays, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'

const FIRST = parseCalendarDate('2026-09-28')

function calendar(reports: readonly ReportCalendar[], id = '1', name = 'Northwind'): AccountCalendar {
  return { accountId: parseAccountId(id), name, timeZone: 'Asia/Tokyo', today: FIRST, reports }
}

function days(report: string, states: readonly SliceState[], from = 0): ReportCalendar {
  return { report, days: states.map((state, i) => ({ date: addDays(FIRST, from + i), state })) }
}

const settled = (count: number): SliceState[] => Array.from({ length: count }, () => 'settled')

describe('the calendar of slices', () => {
  it('has a shape for each state, with the account and its clock above, and months', () => {
    const account = calendar([
      days('age_gender', settled(7)),
      days('core', ['settled', 'settling', 'empty', 'missing', 'failed', 'due', 'due']),
    ])
    expect(sliceCalendar(account, 79, null)).toEqual([
      'act_1 Northwind, days in Asia/Tokyo',
      '               Oct',
      'age_gender  ███████',
      'core        █▒·○✗__',
    ])
    expect(calendarLegend(50, [])).toEqual([
      '█ final  ▒ may still change  · no delivery',
      '○ missing  ✗ failed  _ not yet read',
    ])
  })

  it('shows the newest days that fit, and a report that began later with a gap', () => {
    const account = calendar([days('core', settled(91)), days('country', ['settled'], 90)])
    const [, , core, country] = sliceCalendar(account, 60, null)
    expect(core).toBe(`core     ${'█'.repeat(51)}`)
    expect(country).toBe(`country  ${' '.repeat(50)}█`)
  })

  it('shows as many days as are asked for, in parts of whole weeks', () => {
    const lines = sliceCalendar(calendar([days('core', settled(91))]), 60, 80)
    expect(lines.filter((line) => line.startsWith('core'))).toEqual([
      `core  ${'█'.repeat(31)}`,
      `core  ${'█'.repeat(49)}`,
    ])
  })

  it('never runs over the width, and shows no day twice, whatever the account is called', () => {
    const sizes = [fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 500 })] as const
    fc.assert(
      fc.property(
        ...sizes,
        fc.option(fc.integer({ min: 1, max: 500 })),
        fc.string(),
        (width, count, asked, name) => {
          const lines = sliceCalendar(calendar([days('age_gender', settled(count))], '1', name), width, asked)
          for (const line of [...lines, ...calendarLegend(width, [])])
            expect(columnsOf(line)).toBeLessThanOrEqual(width)
          const shown = lines.slice(1).join('').split('█').length - 1
          expect(shown).toBe(Math.min(count, asked ?? width - 12))
        },
      ),
    )
  })

  it('comes first for the account that lacks most', () => {
    const fine = calendar([days('core', settled(3))], '1')
    const late = calendar([days('core', ['settled', 'due', 'due'])], '2')
    const holey = calendar([days('core', ['settled', 'missing', 'settled'])], '3')
    const failing = calendar([days('core', ['failed', 'missing', 'settled'])], '4')
    const order = worstFirst([fine, late, holey, failing]).map(({ accountId }) => accountId)
    expect(order).toEqual(['4', '3', '2', '1'])
  })
})

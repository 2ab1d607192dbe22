import { expect, it } from 'vitest'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { DATE_PRESETS, periodOf } from '../../src/simulator/insights/date-preset.ts'

it("means the days that Meta means, from the account's own today", () => {
  const thursday = parseCalendarDate('2026-11-05')
  const periods = Object.fromEntries(
    DATE_PRESETS.map((preset) => {
      const { since, until } = periodOf(preset, thursday)
      return [preset, `${since} ${until}`]
    }),
  )
  expect(periods).toEqual({
    data_maximum: '2023-10-05 2026-11-05',
    last_3d: '2026-11-02 2026-11-04',
    last_7d: '2026-10-29 2026-11-04',
    last_14d: '2026-10-22 2026-11-04',
    last_28d: '2026-10-08 2026-11-04',
    last_30d: '2026-10-06 2026-11-04',
    last_90d: '2026-08-07 2026-11-04',
    last_month: '2026-10-01 2026-10-31',
    last_quarter: '2026-07-01 2026-09-30',
    last_year: '2025-01-01 2025-12-31',
    last_week_mon_sun: '2026-10-26 2026-11-01',
    last_week_sun_sat: '2026-10-25 2026-10-31',
    maximum: '2023-10-05 2026-11-05',
    this_month: '2026-11-01 2026-11-05',
    this_quarter: '2026-10-01 2026-11-05',
    this_week_mon_today: '2026-11-02 2026-11-05',
    this_week_sun_today: '2026-11-01 2026-11-05',
    this_year: '2026-01-01 2026-11-05',
    today: '2026-11-05 2026-11-05',
    yesterday: '2026-11-04 2026-11-04',
  })
})

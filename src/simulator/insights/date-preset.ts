import {
  addDays,
  type CalendarDate,
  daysBetween,
  monthsBefore,
  parseCalendarDate,
} from '../../model/calendar-date.ts'

/** Days of an account, both ends included. */
export interface Period {
  readonly since: CalendarDate
  readonly until: CalendarDate
}

type Preset = (today: CalendarDate) => Period

/** The days that each preset means. Those of the form last_Nd end yesterday. */
const PRESETS = {
  data_maximum: maximum,
  last_3d: lastDays(3),
  last_7d: lastDays(7),
  last_14d: lastDays(14),
  last_28d: lastDays(28),
  last_30d: lastDays(30),
  last_90d: lastDays(90),
  last_month: (today) => lastOf(today, 1),
  last_quarter: (today) => lastOf(today, 3),
  last_year: (today) => lastOf(today, 12),
  last_week_mon_sun: (today) => weekBefore(today, 1),
  last_week_sun_sat: (today) => weekBefore(today, 0),
  maximum,
  this_month: (today) => ({ since: startOf(today, 1), until: today }),
  this_quarter: (today) => ({ since: startOf(today, 3), until: today }),
  this_week_mon_today: (today) => ({ since: weekStart(today, 1), until: today }),
  this_week_sun_today: (today) => ({ since: weekStart(today, 0), until: today }),
  this_year: (today) => ({ since: startOf(today, 12), until: today }),
  today: (today) => ({ since: today, until: today }),
  yesterday: (today) => ({ since: addDays(today, -1), until: addDays(today, -1) }),
} as const satisfies Record<string, Preset>

type PresetName = keyof typeof PRESETS
export const DATE_PRESETS = Object.keys(PRESETS) as readonly PresetName[]

export function isDatePreset(text: string): text is PresetName {
  return Object.hasOwn(PRESETS, text)
}

export function periodOf(preset: PresetName, today: CalendarDate): Period {
  return PRESETS[preset](today)
}

function maximum(today: CalendarDate): Period {
  return { since: monthsBefore(today, 37), until: today }
}

function lastDays(count: number): Preset {
  return (today) => ({ since: addDays(today, -count), until: addDays(today, -1) })
}

/** The first day of the span of `months` (1, 3 or 12) that the day is in. */
function startOf(day: CalendarDate, months: number): CalendarDate {
  const first = parseCalendarDate(`${day.slice(0, 7)}-01`)
  return monthsBefore(first, (Number(day.slice(5, 7)) - 1) % months)
}

function lastOf(today: CalendarDate, months: number): Period {
  const until = addDays(startOf(today, months), -1)
  return { since: startOf(until, months), until }
}

/** The day on or before `day` that is the given weekday; 0 is Sunday. */
function weekStart(day: CalendarDate, weekday: number): CalendarDate {
  const sunday = parseCalendarDate('2023-01-01')
  return addDays(day, -((daysBetween(sunday, day) - weekday + 7 * 10_000) % 7))
}

function weekBefore(today: CalendarDate, weekday: number): Period {
  const start = weekStart(today, weekday)
  return { since: addDays(start, -7), until: addDays(start, -1) }
}

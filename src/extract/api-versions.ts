import { addDays, type CalendarDate, daysBetween, parseCalendarDate } from '../model/calendar-date.ts'

interface ApiVersion {
  readonly introduced: string
  /** The last day of the Marketing API's support, null while Meta has not announced it. */
  readonly until: string | null
}

/** https://developers.facebook.com/docs/marketing-api/marketing-api-changelog/versions */
const VERSIONS: Readonly<Record<string, ApiVersion>> = {
  'v21.0': { introduced: '2024-10-02', until: '2025-09-09' },
  'v22.0': { introduced: '2025-01-21', until: '2026-02-19' },
  'v23.0': { introduced: '2025-05-29', until: '2026-06-09' },
  'v24.0': { introduced: '2025-10-08', until: '2026-10-06' },
  'v25.0': { introduced: '2026-02-18', until: null },
  'v26.0': { introduced: '2026-07-29', until: null },
}

/** The shortest that a version of the Marketing API has lived so far. */
const SHORTEST_LIFE_DAYS = 340
const WARN_DAYS = 60

/** What to say of an API version on `today`: null while it has more than 60 days to live, or is not in the calendar. */
export function versionWarning(version: string, today: CalendarDate): string | null {
  const known = VERSIONS[version]
  if (known === undefined) return null
  const announced = known.until !== null
  const until =
    known.until === null
      ? addDays(parseCalendarDate(known.introduced), SHORTEST_LIFE_DAYS)
      : parseCalendarDate(known.until)
  const days = daysBetween(today, until)
  if (days > WARN_DAYS) return null
  const fix = 'Upgrade fbads, or set FACEBOOK_API_VERSION to a newer version.'
  if (announced && days < 0)
    return `The Marketing API has ended its support of ${version} on ${until}. ${fix}`
  if (announced)
    return `The Marketing API ends its support of ${version} on ${until}, in ${days} days. ${fix}`
  return `Meta has not announced when ${version} ends, but versions live about ${SHORTEST_LIFE_DAYS} days: expect it around ${until}. ${fix}`
}

import { addDays, type CalendarDate, dayIn, daysOf, isCalendarDate, laterOf } from '../model/calendar-date.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import { IS_SETTLING, zoneColumns } from './account-zones.ts'
import type { Row, Warehouse } from './session.ts'

/**
 * What the ledger knows of a slice: `settled` figures are final, `settling` ones were read while the API still
 * restated their day; an `empty` slice had no delivery; a `missing` one lies between others that are loaded; a `due`
 * one is of a day that began after the newest of its report. `archived` ones have left the warehouse for files,
 * `dropped` ones for good.
 */
export type SliceState =
  | 'settled'
  | 'settling'
  | 'empty'
  | 'missing'
  | 'failed'
  | 'due'
  | 'archived'
  | 'dropped'

export interface SliceDay {
  readonly date: CalendarDate
  readonly state: SliceState
}

export interface ReportCalendar {
  readonly report: string
  /** In their order; those of which nothing is expected are absent. */
  readonly days: readonly SliceDay[]
}

/** The last days of one ad account, on its own clock. */
export interface AccountCalendar {
  readonly accountId: ObjectId
  readonly name: string
  /** Null when no sync has described the account: its days are then counted in UTC. */
  readonly timeZone: string | null
  readonly today: CalendarDate
  readonly reports: readonly ReportCalendar[]
}

/** The `days` days that end today of each account that is in the ledger, or of those that are asked for. Reads only. */
export async function readCalendars(
  warehouse: Warehouse,
  asked: readonly ObjectId[] | null,
  days: number,
  nowMs: number,
): Promise<AccountCalendar[]> {
  const read = (sql: string, params: readonly unknown[]) =>
    warehouse.use((session) => session.query(sql, params))
  const spans = await read(
    `SELECT s.account_id, a.name, a.timezone_name, s.report, s.first_loaded, s.newest
     FROM (
       SELECT account_id, report, min(date) FILTER (WHERE loaded_at IS NOT NULL) AS first_loaded, max(date) AS newest
         FROM etl_slice WHERE $1::bigint[] IS NULL OR account_id = ANY ($1::bigint[]) GROUP BY 1, 2
     ) s LEFT JOIN dim_account a ON a.account_id = s.account_id
     ORDER BY s.account_id, s.report`,
    [asked],
  )
  const accounts = [...Map.groupBy(spans, ({ account_id: id }) => String(id))].flatMap(([id, reports]) =>
    parseAccount(id, reports, nowMs),
  )
  const { ids, minutes } = zoneColumns(accounts, nowMs)
  const since = accounts.map(({ today }) => addDays(today, 1 - days)).sort()[0] ?? null
  const slices = await read(
    `SELECT s.account_id, s.report, s.date, s.status, s.row_count, ${IS_SETTLING} AS settling
       FROM etl_slice s JOIN unnest($1::bigint[], $2::integer[]) AS z (account_id, ahead)
         ON z.account_id = s.account_id
      WHERE s.date >= $3::date`,
    [ids, minutes, since],
  )
  const found = new Map(slices.map((row) => [`${row.account_id} ${row.report} ${row.date}`, row]))
  return accounts.map(({ accountId, name, timezone, today, spans }) => ({
    accountId,
    name,
    timeZone: timezone,
    today,
    reports: spans.map((span) => ({
      report: span.report,
      days: daysOf(addDays(today, 1 - days), laterOf(today, span.newest)).flatMap((date) => {
        const state = stateOf(date, span, found.get(`${accountId} ${span.report} ${date}`))
        return state === null ? [] : [{ date, state }]
      }),
    })),
  }))
}

interface Span {
  readonly report: string
  readonly firstLoaded: CalendarDate | null
  /** Of any state. */
  readonly newest: CalendarDate
}

function parseAccount(id: string, rows: readonly Row[], nowMs: number) {
  const accountId = toObjectId(id)
  if (accountId === null) return []
  const timezone = typeof rows[0]?.timezone_name === 'string' ? rows[0].timezone_name : null
  const spans = rows.flatMap(({ report, first_loaded: first, newest }): Span[] =>
    isCalendarDate(newest)
      ? [{ report: String(report), firstLoaded: isCalendarDate(first) ? first : null, newest }]
      : [],
  )
  const today = dayIn(timezone ?? 'UTC', nowMs)
  return [{ id, accountId, name: String(rows[0]?.name ?? ''), timezone, today, spans }]
}

/** Null for a day of which nothing is expected. */
function stateOf(
  date: CalendarDate,
  { firstLoaded, newest }: Span,
  slice: Row | undefined,
): SliceState | null {
  const status = slice?.status
  if (status === 'failed' || status === 'archived' || status === 'dropped') return status
  if (slice !== undefined) {
    if (Number(slice.row_count) === 0) return 'empty'
    return slice.settling === true ? 'settling' : 'settled'
  }
  if (firstLoaded === null || date < firstLoaded) return null
  return date > newest ? 'due' : 'missing'
}

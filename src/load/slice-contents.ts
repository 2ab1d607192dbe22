import { createHash } from 'node:crypto'
import { type CalendarDate, daysOf, toDateId } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import type { DayDigests } from './day-digests.ts'
import type { Session } from './session.ts'

/** What a load brings for a slice, in short. */
export interface SliceContent {
  /** Of each table of the report. */
  readonly rows: ReadonlyMap<FactTableName, number>
  /** Equal when rows and the source of their clicks are equal and come in the same order. */
  readonly fingerprint: string
}

/** Of each day of the request; days without rows have contents, too. */
export function contentsOf(
  request: InsightsRequest,
  digests: ReadonlyMap<FactTableName, DayDigests>,
  clickSources: RequestOutcome['clickSources'],
): ReadonlyMap<CalendarDate, SliceContent> {
  return new Map(
    daysOf(request.since, request.until).map((date) => {
      const hash = createHash('sha256').update(clickSources.get(date) ?? '')
      const rows = new Map<FactTableName, number>()
      for (const [table, days] of digests) {
        const day = days.get(toDateId(date))
        rows.set(table, day.rows)
        hash.update(`\n${table} ${day.rows} ${day.digest}`)
      }
      return [date, { rows, fingerprint: hash.digest('base64') }]
    }),
  )
}

/**
 * The days whose facts are already what the load brings: by the fingerprint of their last load, and by the number of
 * their rows, since a partition may have been dropped in the meantime.
 */
export async function findUnchanged(
  session: Session,
  request: InsightsRequest,
  contents: ReadonlyMap<CalendarDate, SliceContent>,
): Promise<ReadonlySet<CalendarDate>> {
  const { accountId, report, since, until } = request
  const loaded = await session.query(
    `SELECT date, fingerprint FROM etl_slice
      WHERE account_id = $1 AND report = $2 AND date BETWEEN $3 AND $4 AND fingerprint IS NOT NULL`,
    [accountId, report, since, until],
  )
  const known = new Map(loaded.map(({ date, fingerprint }) => [String(date), fingerprint]))
  let days = [...contents.keys()].filter((date) => known.get(date) === contents.get(date)?.fingerprint)
  for (const table of days.length > 0 ? tablesOf(contents) : []) {
    const counted = await session.query(
      `SELECT date_id, count(*) AS rows FROM ${table}
        WHERE account_id = $1 AND date_id IN (${days.map(toDateId).join(', ')}) GROUP BY date_id`,
      [accountId],
    )
    const counts = new Map(counted.map(({ date_id, rows }) => [Number(date_id), Number(rows)]))
    days = days.filter((date) => (counts.get(toDateId(date)) ?? 0) === contents.get(date)?.rows.get(table))
    if (days.length === 0) break
  }
  return new Set(days)
}

function tablesOf(contents: ReadonlyMap<CalendarDate, SliceContent>): FactTableName[] {
  const [content] = contents.values()
  return [...(content?.rows.keys() ?? [])]
}

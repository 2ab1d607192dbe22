import { type CalendarDate, daysOf, toDateId } from '../model/calendar-date.ts'
import type { FactRow, FactTableName, Lookup } from '../model/fact.ts'
import type { WriteCounts } from '../model/quality.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { factColumns } from './fact-columns.ts'
import { createFactStaging, stagedColumns } from './fact-staging.ts'
import { inferMembers } from './inferred-members.ts'
import { recordLoaded } from './ledger.ts'
import type { IdOf, Lookups } from './lookups.ts'
import { mergeFacts } from './merge-facts.ts'
import { ensureMonths } from './partitions.ts'
import { recordRejects } from './rejects.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Warehouse } from './session.ts'

/** Replaces the slices of one request: all of them with `commit`, or none. */
export interface FactLoad {
  /** Takes rows of the request's account, days and tables; throws RangeError on others. */
  add(rows: readonly FactRow[]): Promise<void>
  /** Writes facts, members, rejects and ledger in one transaction; says for each table what was written. */
  commit(outcome: RequestOutcome): Promise<WrittenFacts>
  /** Forgets the rows. After a commit, or again, it does nothing. */
  abort(): Promise<void>
}

interface WrittenFacts {
  readonly counts: Partial<Record<FactTableName, WriteCounts>>
  /** The days of the request on which any fact was written or deleted. */
  readonly changedDays: ReadonlySet<CalendarDate>
}

interface FactLoadTools {
  readonly runId: string
  nowMs(): number
}

/** Nothing of the warehouse changes before `commit`, but for new members of the lookups. */
export function startFactLoad(
  warehouse: Warehouse,
  lookups: Lookups,
  request: InsightsRequest,
  tools: FactLoadTools,
): FactLoad {
  const tables: readonly FactTableName[] = REPORTS[request.report].tables
  const staging = createFactStaging(warehouse, tables)
  const takesRow = withinRequest(request)

  return {
    async add(rows) {
      const stray = rows.find((row) => !tables.includes(row.table) || !takesRow(row))
      if (stray) throw new RangeError(`A row of ${stray.table} does not belong to ${describe(request)}`)
      for (const table of tables) {
        const own = rows.filter((row) => row.table === table)
        const ids = await resolve(warehouse, lookups, table, own)
        await staging.add(table, own.map(toValues(table, ids)))
      }
    },

    async commit(outcome) {
      if (!staging.isEmpty) await ensureMonths(warehouse, request.since, request.until)
      const written = await staging.use((session, nameOf) =>
        retryTransaction(session, async () => {
          const nowMs = tools.nowMs()
          await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'load', request.accountId)])
          await inferMembers(session, request.accountId, outcome.seenAds, nowMs)
          const counts: Partial<Record<FactTableName, WriteCounts>> = {}
          const changed = new Set<number>()
          for (const table of tables) {
            const merged = await mergeFacts(session, table, nameOf(table), request, outcome.clickSources)
            counts[table] = merged.counts
            for (const dateId of merged.changedDateIds) changed.add(dateId)
          }
          await recordRejects(session, request, outcome.rejects, { runId: tools.runId, nowMs })
          await recordLoaded(session, request, outcome.rowCounts, { runId: tools.runId, nowMs })
          const days = daysOf(request.since, request.until).filter((day) => changed.has(toDateId(day)))
          return { counts, changedDays: new Set(days) }
        }),
      )
      await staging.close()
      return written
    },

    abort: () => staging.close(),
  }
}

function withinRequest(request: InsightsRequest): (row: FactRow) => boolean {
  const since = toDateId(request.since)
  const until = toDateId(request.until)
  return (row) => {
    const date = Number(row.date_id)
    return row.account_id === request.accountId && date >= since && date <= until
  }
}

function describe(request: InsightsRequest): string {
  return `${request.report} of act_${request.accountId}, ${request.since} to ${request.until}`
}

/** A row by the names of its columns, which differ from table to table. */
type AnyRow = Readonly<Record<string, string | null>>

async function resolve(
  warehouse: Warehouse,
  lookups: Lookups,
  table: FactTableName,
  rows: readonly AnyRow[],
): Promise<ReadonlyMap<Lookup, IdOf>> {
  const ids = new Map<Lookup, IdOf>()
  for (const lookup of factColumns(table).lookups) {
    const values = new Set(rows.map((row) => row[lookup] ?? null))
    ids.set(lookup, await lookups.idsOf(warehouse, lookup, values))
  }
  return ids
}

/** A row's values in the order of `stagedColumns`. */
function toValues(table: FactTableName, ids: ReadonlyMap<Lookup, IdOf>): (row: AnyRow) => (string | null)[] {
  const lookupOf = new Map([...ids].map(([lookup, idOf]) => [`${lookup}_id`, { lookup, idOf }]))
  const columns = stagedColumns(table)
  return (row) =>
    columns.map((column) => {
      const found = lookupOf.get(column)
      return found ? found.idOf(row[found.lookup] ?? null) : (row[column] ?? null)
    })
}

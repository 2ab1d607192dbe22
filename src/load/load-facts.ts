import type { ByteRoom } from '../model/byte-room.ts'
import { type CalendarDate, toDateId } from '../model/calendar-date.ts'
import type { FactKey, FactRow, FactTableName, Lookup } from '../model/fact.ts'
import { type FactBatch, FactSpans } from '../model/fact-spans.ts'
import type { WriteCounts } from '../model/quality.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import type { AnyRow } from './combine-rows.ts'
import { buildFacts, isBeingBuilt, isNewToWarehouse, shareBuilds } from './fact-builds.ts'
import { factColumns } from './fact-columns.ts'
import { byMonth, monthsOf } from './fact-months.ts'
import { createFactStaging, type WriteRows } from './fact-staging.ts'
import { finishBuild } from './finish-builds.ts'
import { inferMembers } from './inferred-members.ts'
import { KnownMembers } from './known-members.ts'
import { type LoadedSlice, recordBuilt, recordLoaded } from './ledger.ts'
import type { IdOf, Lookups } from './lookups.ts'
import { mergeFacts } from './merge-facts.ts'
import { CITUS_SEQUENTIAL } from './migrate.ts'
import { ensureMonths } from './partitions.ts'
import { recordRejects } from './rejects.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Session, Warehouse } from './session.ts'
import { contentsOf, findUnchanged, type SliceContent } from './slice-contents.ts'

/** Replaces the slices of one request: all of them with `commit`, or none. */
export interface FactLoad {
  /** Takes rows of the request's account, days and tables; throws RangeError on others. */
  add(rows: FactBatch): Promise<void>
  /** Whether all rows are as they can be written, so that to commit takes no connection beside those of `use`. */
  readonly isInMemory: boolean
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

interface LoadedAt {
  readonly runId: string
  readonly nowMs: number
}

interface FactLoadTools {
  readonly runId: string
  /** For the rows that wait to be written, of all loads together; without a bound when absent. */
  readonly room?: ByteRoom
  /** Shared by the loads of one account. */
  readonly members?: KnownMembers
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
  const staging = createFactStaging(warehouse, tables, tools.room && { room: tools.room })
  const takesRow = withinRequest(request)
  const members = tools.members ?? new KnownMembers()
  let ended = false

  const add = async (table: FactTableName, rows: FactBatch): Promise<void> => {
    const ids = new Map<Lookup, IdOf>()
    for (const [i, lookup] of factColumns(table).lookups.entries()) {
      const texts = rows instanceof FactSpans ? (rows.texts[i] ?? []) : textsOf(rows, lookup)
      ids.set(lookup, await lookups.idsOf(warehouse, lookup, new Set(texts)))
    }
    await staging.add(table, rows, ids)
  }

  /** One transaction with everything that belongs to a load besides its facts and its slices; `first` begins it. */
  const transact = async <T>(
    outcome: RequestOutcome,
    first: readonly string[],
    body: (session: Session, write: WriteRows, at: LoadedAt) => Promise<T>,
  ): Promise<T> => {
    const result = await staging.use(outcome.clickSources, (session, write) =>
      retryTransaction(session, async () => {
        const at = { runId: tools.runId, nowMs: tools.nowMs() }
        for (const statement of first) await session.query(statement)
        await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'load', request.accountId)])
        await shareBuilds(session, warehouse.schema, request)
        await inferMembers(session, request.accountId, outcome.seenAds, at.nowMs, members)
        await recordRejects(session, request, outcome.rejects, at)
        return body(session, write, at)
      }),
    )
    members.add(outcome.seenAds)
    return result
  }

  /** Null when the warehouse holds something of the request. */
  const build = (outcome: RequestOutcome, contents: SliceContents): Promise<WrittenFacts | null> =>
    transact(outcome, [CITUS_SEQUENTIAL], async (session, write, at) => {
      if (!(await isNewToWarehouse(session, request))) return null
      const counts: WrittenFacts['counts'] = {}
      for (const table of tables) {
        const months = byMonth(daysWithRows(contents, table))
        const inserted = await buildFacts(session, warehouse.schema, table, months, write)
        counts[table] = { ...NOTHING_WRITTEN, inserted }
      }
      await recordBuilt(session, request, loadedSlices(outcome, contents), at)
      return { counts, changedDays: new Set(outcome.rowCounts.keys()) }
    })

  const merge = async (outcome: RequestOutcome, contents: SliceContents): Promise<WrittenFacts> => {
    if (await warehouse.use((session) => isBeingBuilt(session, request)))
      for (const month of monthsOf(request.since, request.until))
        await finishBuild(warehouse, { report: request.report, month })
    await ensureMonths(
      warehouse,
      tables.flatMap((table) =>
        byMonth(daysWithRows(contents, table)).map(({ month }) => ({ table, month })),
      ),
    )
    return transact(outcome, [], async (session, write, at) => {
      const unchanged = await findUnchanged(session, request, contents)
      const others = [...contents.keys()].filter((date) => !unchanged.has(date))
      const counts: WrittenFacts['counts'] = {}
      const changed = new Set<number>()
      for (const table of tables) {
        const merged = await mergeFacts(
          session,
          table,
          request.accountId,
          {
            dates: new Set(others.map(toDateId)),
            areEmpty: others.every((date) => !contents.get(date)?.rows.get(table)),
          },
          write,
        )
        const same = [...unchanged].reduce((sum, date) => sum + (contents.get(date)?.rows.get(table) ?? 0), 0)
        counts[table] = { ...merged.counts, unchanged: merged.counts.unchanged + same }
        for (const dateId of merged.changedDateIds) changed.add(dateId)
      }
      await recordLoaded(session, request, loadedSlices(outcome, contents), at)
      return { counts, changedDays: new Set(others.filter((day) => changed.has(toDateId(day)))) }
    })
  }

  const misplaced = (table: FactTableName) =>
    new RangeError(`A row of ${table} does not belong to ${describe(request)}`)

  return {
    async add(rows) {
      if (rows instanceof FactSpans) {
        if (!tables.includes(rows.table) || !rows.keys.every(takesRow)) throw misplaced(rows.table)
        return add(rows.table, rows)
      }
      const own = new Map<FactTableName, FactRow[]>(tables.map((table) => [table, []]))
      for (const row of rows) {
        const list = own.get(row.table)
        if (list === undefined || !takesRow(row)) throw misplaced(row.table)
        list.push(row)
      }
      for (const [table, list] of own) if (list.length > 0) await add(table, list)
    },

    get isInMemory() {
      return staging.isInMemory
    },

    async commit(outcome) {
      if (ended) throw new Error('The load has ended')
      const isNew = !staging.isEmpty && (await warehouse.use((session) => isNewToWarehouse(session, request)))
      const digests = new Map(tables.map((table) => [table, staging.digests(table)]))
      const contents = contentsOf(request, digests, outcome.clickSources)
      // Another load may come first, so the transaction looks again.
      const written = (isNew ? await build(outcome, contents) : null) ?? (await merge(outcome, contents))
      await staging.close()
      return written
    },

    abort() {
      ended = true
      return staging.close()
    },
  }
}

type SliceContents = ReadonlyMap<CalendarDate, SliceContent>

const NOTHING_WRITTEN: WriteCounts = { inserted: 0, updated: 0, unchanged: 0, deleted: 0 }

function daysWithRows(contents: SliceContents, table: FactTableName): CalendarDate[] {
  return [...contents].filter(([, { rows }]) => (rows.get(table) ?? 0) > 0).map(([date]) => date)
}

function loadedSlices({ rowCounts }: RequestOutcome, contents: SliceContents): LoadedSlice[] {
  return [...contents].map(([date, { fingerprint }]) => ({
    date,
    rowCount: rowCounts.get(date) ?? 0,
    fingerprint,
  }))
}

function withinRequest(request: InsightsRequest): (key: FactKey) => boolean {
  const since = toDateId(request.since)
  const until = toDateId(request.until)
  let known: string | null = null
  return (row) => {
    if (row.account_id !== request.accountId) return false
    // Rows of one day come one after the other.
    if (row.date_id === known) return true
    const date = Number(row.date_id)
    const isWithin = date >= since && date <= until
    if (isWithin) known = row.date_id
    return isWithin
  }
}

function describe(request: InsightsRequest): string {
  return `${request.report} of act_${request.accountId}, ${request.since} to ${request.until}`
}

function textsOf(rows: readonly AnyRow[], lookup: Lookup): (string | null)[] {
  return rows.map((row) => row[lookup] ?? null)
}

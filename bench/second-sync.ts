import { setTimeout as sleep } from 'node:timers/promises'
import { factColumns } from '../src/load/fact-columns.ts'
import type { Session, Warehouse } from '../src/load/session.ts'
import { FACT_TABLE_NAMES } from '../src/model/fact.ts'
import { measureFetch } from './fetch-alone.ts'
import { median, seconds } from './measure.ts'
import { runSync } from './run-sync.ts'
import { type BenchOptions, useSchema, withPlace } from './with-place.ts'

/** What a sync of days that have not changed since the one before costs. Medians, times in ms. */
export interface SecondSync {
  readonly rows: number
  readonly wallMs: number
  /** The same calls, each answer decoded and forgotten. */
  readonly fetchMs: number
  readonly ratio: number
  /** Tuples that were written, by table; those of the run's own log apart. */
  readonly written: Readonly<Record<string, number>>
  readonly logTuples: number
  /** All of it, and that beside the run's own log; KB. */
  readonly walKb: number
  readonly walBesideLogKb: number
  readonly restated: RestatedSync
}

/** What is written when the API has other figures for one in ten days. Its time would be that of rendering them. */
interface RestatedSync {
  readonly walKb: number
  /** Facts that are there afterwards and were not, or were others, and those that are there no more. */
  readonly changed: number
  /** Tuples of the facts that were written for that. */
  readonly written: number
}

const SCHEMA = 'bench_again'
/** What says that, when and how a sync was made. */
const LOG = ['etl_run', 'etl_check', 'etl_api_usage', 'etl_slice', 'etl_account_total']
/** Statistics of a backend are told when it ends. */
const STATISTICS_MS = 1_500

export function secondSync(options: BenchOptions): Promise<SecondSync> {
  const days = 28
  const world = {
    seed: 1,
    nowMs: Date.now(),
    accounts: 4,
    ads: 200,
    days: days + 5,
    latencyMs: 0,
    runMs: 0,
  }
  return withPlace(options, world, async ({ answers, database }) => {
    const sync = () =>
      runSync(answers, ['--days', String(days)], { DATABASE_URL: database, FBADS_SCHEMA: SCHEMA })
    const first = await sync()
    await sync()
    const runs: { wallMs: number; fetchMs: number }[] = []
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const { wallMs } = await sync()
      const fetchMs = await measureFetch(answers, days)
      runs.push({ wallMs, fetchMs })
      options.tell(`  ${seconds(wallMs)}; fetched and decoded alone ${seconds(fetchMs)}`)
    }
    const look = () => useSchema(database, SCHEMA, readWritten)
    await sleep(STATISTICS_MS)
    const before = await look()
    await sync()
    await sleep(STATISTICS_MS)
    const after = await look()
    const written = Object.fromEntries(
      Object.entries(after.tuples)
        .map(([table, tuples]) => [table, tuples - (before.tuples[table] ?? 0)] as const)
        .filter(([, tuples]) => tuples > 0),
    )
    const logTuples = LOG.reduce((sum, table) => sum + (written[table] ?? 0), 0)
    for (const table of LOG) delete written[table]
    const wallMs = median(runs.map((run) => run.wallMs))
    const fetchMs = median(runs.map((run) => run.fetchMs))
    const walKb = (after.wal - before.wal) / 1024
    const logKb = (await useSchema(database, SCHEMA, measureLog)) / 1024
    const copied = await useSchema(database, SCHEMA, copyFacts)
    await answers.restate(Math.round(days / 10))
    await sleep(STATISTICS_MS)
    const beforeRestated = await look()
    await sync()
    await sleep(STATISTICS_MS)
    const afterRestated = await look()
    const restated = {
      walKb: (afterRestated.wal - beforeRestated.wal) / 1024,
      changed: await useSchema(database, SCHEMA, copied.countChanged),
      written: factTuples(afterRestated.tuples) - factTuples(beforeRestated.tuples),
    }
    return {
      rows: first.rows.inserted,
      wallMs,
      fetchMs,
      ratio: wallMs / fetchMs,
      written,
      logTuples,
      walKb,
      walBesideLogKb: walKb - logKb,
      restated,
    }
  })
}

/** Keeps the facts as they are, to be compared with what they become. */
async function copyFacts(warehouse: Warehouse) {
  for (const table of FACT_TABLE_NAMES)
    await warehouse.use((session) => session.query(`CREATE TABLE before_${table} AS TABLE ${table}`))
  return {
    async countChanged(later: Warehouse): Promise<number> {
      let changed = 0
      for (const table of FACT_TABLE_NAMES) {
        const keys = factColumns(table).key.join(', ')
        const [found] = await later.use((session) =>
          session.query(
            `SELECT (SELECT count(*) FROM (TABLE ${table} EXCEPT TABLE before_${table}) others) +
                    (SELECT count(*) FROM (SELECT ${keys} FROM before_${table} EXCEPT SELECT ${keys} FROM ${table}) gone)
                    AS changed`,
          ),
        )
        changed += Number(found?.changed)
      }
      return changed
    },
  }
}

/** Of the facts, which are in partitions. */
function factTuples(tuples: Readonly<Record<string, number>>): number {
  return Object.entries(tuples)
    .filter(([table]) => table.startsWith('fact_'))
    .reduce((sum, [, written]) => sum + written, 0)
}

/** What the server has written since its start. */
function readWritten(warehouse: Warehouse): Promise<{ tuples: Record<string, number>; wal: number }> {
  return warehouse.use(async (session) => {
    const tables = await session.query(
      `SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS tuples FROM pg_stat_user_tables WHERE schemaname = $1`,
      [SCHEMA],
    )
    return {
      tuples: Object.fromEntries(tables.map(({ relname, tuples }) => [String(relname), Number(tuples)])),
      wal: await walPosition(session),
    }
  })
}

/** What the log's rows of the last run take, written once more with nothing else; bytes. */
function measureLog(warehouse: Warehouse): Promise<number> {
  return warehouse.use(async (session) => {
    const before = await walPosition(session)
    const last = 'WHERE run_id = (SELECT max(run_id) FROM etl_run)'
    await session.query(`UPDATE etl_slice SET attempts = attempts ${last}`)
    await session.query(`UPDATE etl_account_total SET spend = spend ${last}`)
    await session.query(`UPDATE etl_check SET status = status ${last}`)
    await session.query(`UPDATE etl_run SET status = status ${last}`)
    return (await walPosition(session)) - before
  })
}

async function walPosition(session: Session): Promise<number> {
  const [position] = await session.query(`SELECT pg_current_wal_insert_lsn() - '0/0' AS wal`)
  return Number(position?.wal)
}

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { migrate } from '../src/load/migrate.ts'
import { openPostgres } from '../src/load/postgres.ts'
import { startPostgres } from '../test/support/start-postgres.ts'
import { serveAnswers } from './answers.ts'
import { createCopyFloor } from './floor.ts'
import { median } from './measure.ts'
import { runSync, type SyncRun } from './run-sync.ts'

interface FirstSyncOptions {
  readonly repeats: number
  readonly accounts: number
  readonly ads: number
  readonly days: number
  /** A server's address; one is started when null. */
  readonly database: string | null
  readonly psql: string
  readonly embedded: boolean
  tell(line: string): void
}

interface FirstSync {
  readonly rows: number
  readonly megabytes: number
  readonly calls: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly serverCpuMs: number
  readonly peakRssMb: number
  readonly parseMs: number
  readonly copyMs: number
  /** Wall time ÷ the larger of the two floors. */
  readonly ratio: number
}

const PARSE = fileURLToPath(new URL('parse-floor.ts', import.meta.url))

/**
 * A first sync beside its floors, alternating: JSON.parse of exactly the bytes that it was served, and psql's
 * `\copy` of exactly the rows that it left. Medians.
 */
export async function firstSync(options: FirstSyncOptions): Promise<FirstSync> {
  const { repeats, accounts, ads, days, tell } = options
  const answers = await serveAnswers({
    seed: 1,
    nowMs: Date.now(),
    accounts,
    ads,
    days: days + 5,
    latencyMs: 0,
    runMs: 0,
  })
  const server = options.database === null ? await startPostgres() : null
  const database = options.database ?? server?.url ?? ''
  const folder = await mkdtemp(join(tmpdir(), 'fbads-floor-'))
  const floor = createCopyFloor(options.psql, folder)
  const args = ['--days', String(days)]
  const sync = (schema: string) => runSync(answers, args, { DATABASE_URL: database, FBADS_SCHEMA: schema })
  try {
    // The first one renders what the others are served.
    await sync('bench_rendered')
    await floor.prepare(database, 'bench_rendered')
    const bodies = join(folder, 'bodies.jsonl')
    await answers.saveBodies(bodies)
    const runs: (SyncRun & { parseMs: number; copyMs: number })[] = []
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const synced = await sync('bench_synced')
      await drop(database, 'bench_synced')
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--max-old-space-size=8000',
        PARSE,
        bodies,
      ])
      await create(database, 'bench_copied')
      const copyMs = await floor.measure(database, 'bench_copied')
      await drop(database, 'bench_copied')
      const run = { ...synced, parseMs: Number(stdout), copyMs }
      runs.push(run)
      tell(
        `sync ${seconds(run.wallMs)}, cpu ${seconds(run.cpuMs)}, server ${seconds(run.served.cpuMs)}, ` +
          `peak ${run.peakRssMb.toFixed(0)} MB; JSON.parse ${seconds(run.parseMs)}, copy ${seconds(copyMs)}; ` +
          `ratio ${(run.wallMs / Math.max(run.parseMs, copyMs)).toFixed(2)}`,
      )
    }
    const of = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick))
    return {
      rows: of((run) => run.rows.inserted),
      megabytes: of((run) => run.bytes) / 1e6,
      calls: of((run) => run.calls),
      wallMs: of((run) => run.wallMs),
      cpuMs: of((run) => run.cpuMs),
      serverCpuMs: of((run) => run.served.cpuMs),
      peakRssMb: of((run) => run.peakRssMb),
      parseMs: of((run) => run.parseMs),
      copyMs: of((run) => run.copyMs),
      ratio: of((run) => run.wallMs / Math.max(run.parseMs, run.copyMs)),
    }
  } finally {
    await answers.stop()
    await rm(folder, { recursive: true, force: true })
    await server?.stop()
  }
}

async function create(database: string, schema: string): Promise<void> {
  const warehouse = await open(database, schema)
  await migrate(warehouse)
  await warehouse.close()
}

async function drop(database: string, schema: string): Promise<void> {
  const warehouse = await open(database, schema)
  await warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
  await warehouse.close()
}

function open(connectionString: string, schema: string) {
  return openPostgres({ connectionString, schema, maxConnections: 2, applicationName: 'fbads bench' })
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { measureEmbeddedCopy } from './embedded-floor.ts'
import { createCopyFloor } from './floor.ts'
import { median, seconds } from './measure.ts'
import { runSync, type SyncRun } from './run-sync.ts'
import { type BenchOptions, dropSchema, makeSchema, withPlace } from './with-place.ts'

export interface FirstSyncSize {
  readonly accounts: number
  /** Of each account. */
  readonly ads: number
  readonly days: number
}

/** Medians, times in ms. */
export interface FirstSync extends FirstSyncSize {
  readonly rows: number
  readonly megabytes: number
  readonly calls: number
  readonly wallMs: number
  readonly cpuMs: number
  /** Of the process that serves the answers. */
  readonly serverCpuMs: number
  readonly peakRssMb: number
  readonly parseMs: number
  readonly copyMs: number
  /** Wall time ÷ the larger of the two floors. */
  readonly ratio: number
}

const PARSE = fileURLToPath(new URL('parse-floor.ts', import.meta.url))

/**
 * A first sync beside its floors, alternating: JSON.parse of exactly the bytes that it was served, and the copying
 * of exactly the rows that it left, keys and foreign keys valid in the end.
 */
export function firstSync(
  size: FirstSyncSize,
  kind: 'server' | 'embedded',
  options: BenchOptions,
): Promise<FirstSync> {
  const { accounts, ads, days } = size
  const world = { seed: 1, nowMs: Date.now(), accounts, ads, days: days + 5, latencyMs: 0, runMs: 0 }
  return withPlace(options, world, async ({ answers, database, folder }) => {
    const floor = createCopyFloor(options.psql, join(folder, 'rows'))
    const bodies = join(folder, 'bodies.jsonl')
    const args = ['--days', String(days)]
    const intoServer = (schema: string) =>
      runSync(answers, args, { DATABASE_URL: database, FBADS_SCHEMA: schema })
    // The first one renders what the others are served.
    await intoServer('bench_rendered')
    await floor.prepare(database, 'bench_rendered')
    await dropSchema(database, 'bench_rendered')
    await answers.saveBodies(bodies)

    const served = async () => {
      const run = await intoServer('bench_synced')
      await dropSchema(database, 'bench_synced')
      await makeSchema(database, 'bench_copied')
      const copyMs = await floor.measure(database, 'bench_copied')
      await dropSchema(database, 'bench_copied')
      return { ...run, copyMs }
    }
    const embedded = async () => {
      const home = join(folder, 'embedded')
      const run = await runSync(answers, args, {}, home)
      await rm(home, { recursive: true })
      return { ...run, copyMs: await measureEmbeddedCopy(floor, folder) }
    }
    const runs: (SyncRun & { parseMs: number; copyMs: number })[] = []
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const synced = await (kind === 'server' ? served() : embedded())
      const parsed = await promisify(execFile)(process.execPath, ['--max-old-space-size=8000', PARSE, bodies])
      const run = { ...synced, parseMs: Number(parsed.stdout) }
      runs.push(run)
      options.tell(
        `  ${seconds(run.wallMs)}, CPU ${seconds(run.cpuMs)}, ${run.peakRssMb.toFixed(0)} MB; ` +
          `JSON.parse ${seconds(run.parseMs)}, copy ${seconds(run.copyMs)}`,
      )
    }
    const of = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick))
    return {
      ...size,
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
  })
}

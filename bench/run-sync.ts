import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answers } from './answers.ts'
import { type Cost, measure } from './measure.ts'

export interface SyncRun extends Cost {
  /** Calls as Meta counts them. */
  readonly calls: number
  readonly rows: { readonly inserted: number; readonly written: number }
  /** JSON that was served, in bytes; and the CPU time of the process that served it. */
  readonly bytes: number
  readonly served: { readonly requests: number; readonly cpuMs: number }
}

interface Written {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

const PROGRAM = fileURLToPath(new URL('built-fbads.ts', import.meta.url))
/** With which `bin/fbads.js` starts a sync. */
const FLAGS = ['--max-semi-space-size=16']

/** `fbads sync` in a process of its own, in a folder that is given, or goes with it. Throws unless it succeeds. */
export async function runSync(
  answers: Answers,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  folder: string | null = null,
): Promise<SyncRun> {
  const cwd = folder ?? (await mkdtemp(join(tmpdir(), 'fbads-bench-')))
  await mkdir(cwd, { recursive: true })
  try {
    const before = await answers.served()
    const run = await measure([...FLAGS, PROGRAM, 'sync', '--json', ...args], {
      cwd,
      env: {
        FACEBOOK_GRAPH_URL: answers.url,
        FACEBOOK_ACCESS_TOKEN: 'simulated',
        FACEBOOK_AD_ACCOUNT_ID: 'all',
        ...environment,
      },
    })
    const after = await answers.served()
    // 4: a check has failed, which is nothing of speed.
    if (run.status !== 0 && run.status !== 4)
      throw new Error(`fbads sync ended with ${run.status}:\n${run.stderr}`)
    const { api_calls, rows } = parseDocument(run.stdout)
    const tables = Object.values(rows)
    return {
      wallMs: run.wallMs,
      cpuMs: run.cpuMs,
      peakRssMb: run.peakRssMb,
      calls: api_calls,
      rows: {
        inserted: tables.reduce((sum, { inserted }) => sum + inserted, 0),
        written: tables.reduce(
          (sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted,
          0,
        ),
      },
      bytes: after.bytes,
      served: { requests: after.calls, cpuMs: after.cpuMs - before.cpuMs },
    }
  } finally {
    if (folder === null) await rm(cwd, { recursive: true, force: true })
  }
}

function parseDocument(text: string): { api_calls: number; rows: Record<string, Written> } {
  return JSON.parse(text) as { api_calls: number; rows: Record<string, Written> }
}

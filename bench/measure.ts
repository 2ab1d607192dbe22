import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a process has cost. */
export interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakRssMb: number
}

export interface Measured extends Cost {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const HOOK = fileURLToPath(new URL('cost-hook.ts', import.meta.url))

/** Runs a program of Node.js to its end. */
export async function measure(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-cost-'))
  try {
    const file = join(folder, 'cost.json')
    const started = performance.now()
    const child = spawn(process.execPath, ['--import', HOOK, ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, FBADS_COST_FILE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    await once(child, 'close')
    const wallMs = performance.now() - started
    const { cpuMs, peakRssMb } = parseCost(await readFile(file, 'utf8'))
    return { wallMs, cpuMs, peakRssMb, status: child.exitCode, stdout, stderr }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parseCost(text: string): Omit<Cost, 'wallMs'> {
  return JSON.parse(text) as Omit<Cost, 'wallMs'>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) /
    2
  )
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

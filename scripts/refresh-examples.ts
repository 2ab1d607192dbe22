/**
 * Runs `fbads demo`, then every query of `docs/data-model.md` on its warehouse, and writes their outputs below them.
 * The demo's history ends on a fixed day, so that the same code writes the same page.
 *
 *   node scripts/refresh-examples.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { queryExamples, withOutputs } from './docs/query-examples.ts'
import { recordRun } from './docs/recorded-run.ts'

const PAGE = new URL('../docs/data-model.md', import.meta.url)

let nowMs = Date.UTC(2026, 11, 1, 12)
const clock = {
  now: () => nowMs,
  sleep: async (ms: number) => {
    nowMs += ms
  },
  random: () => 0.5,
}

const folder = mkdtempSync(join(tmpdir(), 'fbads-docs-'))
try {
  await recordRun(['demo'], folder, clock)
  const page = readFileSync(PAGE, 'utf8')
  const outputs: string[] = []
  for (const { sql } of queryExamples(page)) {
    const lines = await recordRun(['query', '--demo', sql], folder, clock)
    outputs.push(lines.map(({ text }) => text).join('\n'))
  }
  writeFileSync(PAGE, withOutputs(page, outputs))
} finally {
  rmSync(folder, { recursive: true })
}

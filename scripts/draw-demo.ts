/**
 * Draws `docs/images/demo.svg`: a real run of `fbads demo`, as a terminal shows it.
 *
 *   node scripts/draw-demo.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordRun } from './docs/recorded-run.ts'
import { terminalSvg } from './docs/terminal-svg.ts'

const IMAGE = new URL('../docs/images/demo.svg', import.meta.url)
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => sleep(ms),
  random: () => Math.random(),
}

const folder = mkdtempSync(join(tmpdir(), 'fbads-docs-'))
try {
  const lines = await recordRun(['demo'], folder, clock)
  const next = lines.findIndex(({ text }) => text === 'Look around:')
  writeFileSync(IMAGE, terminalSvg('npm run demo', lines.slice(0, next - 1)))
} finally {
  rmSync(folder, { recursive: true })
}

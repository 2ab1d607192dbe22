import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { codeBlocks } from '../../scripts/docs/markdown.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { markdownFiles } from './markdown-files.ts'

const page = markdownFiles().get('docs/monitoring.md') ?? ''
const rules = codeBlocks(page).find(({ text }) => text.startsWith('groups:'))?.text ?? ''

/** Debian's package `prometheus` brings it. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0

/** The names of all metrics, with or without a sample. */
async function namesOf(): Promise<string[]> {
  const metrics = createMetrics({
    nowMs: () => 0,
    readFigures: () => Promise.reject(new Error('away')),
    readQueue: async () => ({}),
  })
  const text = await metrics.text()
  return [...text.matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1] ?? '')
}

it('the alert rules ask for metrics that exist, and the table has each metric', async () => {
  const names = await namesOf()
  const asked = [...rules.matchAll(/\bfbads_\w+/g)].map(([name]) => name)
  expect(asked.filter((name) => !names.includes(name))).toEqual([])
  expect(asked.length).toBeGreaterThan(6)
  expect(names.filter((name) => !new RegExp(`\`${name}[\`{]`).test(page))).toEqual([])
})

it.runIf(hasPromtool)('promtool accepts the alert rules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-rules-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'fbads.yml')
  await writeFile(file, rules)
  expect(execFileSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })).toContain('7 rules found')
})

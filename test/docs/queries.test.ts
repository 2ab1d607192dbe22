import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryExamples, withOutputs } from '../../scripts/docs/query-examples.ts'
import { recordRun } from '../../scripts/docs/recorded-run.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { ROOT } from './markdown-files.ts'

const page = readFileSync(join(ROOT, 'docs/data-model.md'), 'utf8')
const examples = queryExamples(page)
const folder = mkdtempSync(join(tmpdir(), 'fbads-docs-'))
const clock = createTestClock()

describe('the queries of docs/data-model.md', () => {
  beforeAll(() => recordRun(['demo', '--ads', '20', '--days', '30'], folder, clock))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are ten and two', () => expect(examples).toHaveLength(12))

  it.each(examples)('$sql', async ({ sql, output }) => {
    const [columns, rule, ...rows] = await recordRun(['query', '--demo', sql], folder, clock)
    expect(rule?.text).toMatch(/^─/)
    expect(rows.at(-1)?.text).toMatch(/^\([1-9]\d* rows?\)$/)
    const shown = page.slice(output.start, output.end).split('\n')[0] ?? ''
    expect(columns?.text.split(/ {2,}/)).toEqual(shown.split(/ {2,}/))
  })
})

it('an output is written below its query, also when it is longer than the last', () => {
  const before = '```sql\nA\n```\n\n```text\nold\n```\n\n```sql\nB\n```\n\n```text\n```\n'
  const after = '```sql\nA\n```\n\n```text\n1\n2\n```\n\n```sql\nB\n```\n\n```text\n3\n```\n'
  expect(withOutputs(before, ['1\n2', '3'])).toBe(after)
})

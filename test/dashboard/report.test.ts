import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { NOW } from '../support/test-sync.ts'

async function loaded(accounts = 2) {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 8, nowMs: NOW, ads: 8, days: 12, accounts })
  const simulator = createSimulator({ world, clock })
  const fbads = await createServedCommandLine({ fetch: (input, init) => simulator.fetch(input, init), clock })
  expect((await fbads.run('sync', '--days', '12')).status).toBe(0)
  return { fbads, world }
}

it('a report says what the warehouse says, a chapter for each currency, and asks nobody for anything', async () => {
  const { fbads } = await loaded()
  const range = ['--since', '2026-10-26', '--until', '2026-11-03']
  const { status, stdout } = await fbads.run('report', ...range, '--out', 'report.html', '--json')
  expect(status).toBe(0)
  const { chapters } = JSON.parse(stdout)
  const sums = await fbads.run(
    'query',
    '--json',
    `SELECT a.currency, sum(f.spend) AS spend, sum(f.purchase_value) / nullif(sum(f.spend), 0) AS roas
     FROM fact_core_metrics f JOIN dim_account a ON a.account_id = f.account_id
     WHERE f.date_id BETWEEN 20261026 AND 20261103 GROUP BY 1`,
  )
  const expected: { currency: string; spend: string; roas: string }[] = JSON.parse(sums.stdout)
  expect(expected.length).toBeGreaterThan(1)
  expect(chapters.map((chapter: { currency: string }) => chapter.currency).sort()).toEqual(
    expected.map(({ currency }) => currency).sort(),
  )
  const html = await readFile(join(fbads.folder, 'report.html'), 'utf8')
  for (const { currency, spend, roas } of expected) {
    const chapter = chapters.find((one: { currency: string }) => one.currency === currency)
    expect(chapter.totals).toMatchObject({ spend, roas })
    const shown = new Intl.NumberFormat('en-GB', {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    })
    expect(html).toContain(shown.format(Number(spend)))
  }
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<link|<img|url\(/)
  expect(html).toContain('Every day is loaded.')
})

it('days that are not loaded are told, and nothing is compared with them', async () => {
  const { fbads } = await loaded(1)
  const range = ['--since', '2026-10-01', '--until', '2026-11-03']
  const { status, stdout, stderr } = await fbads.run('report', ...range, '--out', 'report.html', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout).chapters).toMatchObject([
    { days: 34, missing_days: 24, loaded: { since: '2026-10-25', until: '2026-11-05' } },
  ])
  expect(stderr).toBe(
    '⚠️ WARNING: Northwind Outdoor, 2026-10-01 to 2026-11-03: 24 of 34 days are not loaded: the totals are of the ' +
      'others. fbads sync --since 2026-10-01 --until 2026-11-03 loads what the API still keeps.\n',
  )
  const html = await readFile(join(fbads.folder, 'report.html'), 'utf8')
  expect(html).toContain('24 of 34 days are not loaded: the totals are of the others.')
  expect(html).not.toContain('than the period before')
  // Days that are not loaded are gaps, not zeros: nothing of the period before is drawn.
  expect(html).not.toContain('Grey: the period before')
})

it('days of which none is loaded make a page that says so, and an exit status that keeps it from being mailed', async () => {
  const { fbads } = await loaded(2)
  const range = ['--since', '2026-09-01', '--until', '2026-09-07']
  const { status, stderr } = await fbads.run('report', ...range, '--out', 'report.html', '--quiet')
  expect(status).toBe(1)
  const said = 'None of these days is loaded: there are no figures to show.'
  expect(stderr.match(/^❌ .*$/gm)).toEqual([
    expect.stringContaining(`Store", 2026-09-01 to 2026-09-07: ${said} Loaded are 2026-10-26 to 2026-11-06.`),
    expect.stringContaining(
      `Northwind Outdoor, 2026-09-01 to 2026-09-07: ${said} Loaded are 2026-10-25 to 2026-11-05.`,
    ),
  ])
  const html = await readFile(join(fbads.folder, 'report.html'), 'utf8')
  expect(html.split(said)).toHaveLength(3)
  expect(html).not.toContain('In short')
  expect((await fbads.run('report', ...range, '--out', 'report.pdf')).status).toBe(1)
})

it('an account that is not loaded takes nothing from a page about others', async () => {
  const { fbads, world } = await loaded(1)
  const id = '120200000000000042'
  await fbads.warehouse.use((session) =>
    session.query(
      `INSERT INTO dim_account SELECT ${id}, 'Late', currency, timezone_name, account_status, updated_at
         FROM dim_account WHERE account_id = ${world.accounts[0]?.id}`,
    ),
  )
  const range = ['--since', '2026-10-27', '--until', '2026-10-29', '--out', 'report.html']
  const both = await fbads.run('report', ...range)
  expect(both.status).toBe(0)
  expect(both.stderr).toContain('Every day is loaded. Nothing is loaded yet of Late.')
  expect(await readFile(join(fbads.folder, 'report.html'), 'utf8')).toContain('In short')
  const alone = await fbads.run('report', ...range, '--account', id)
  expect(alone.status).toBe(1)
  expect(alone.stderr).toContain('Late, 2026-10-27 to 2026-10-29: Nothing is loaded yet')
})

it('a warehouse without an account makes no title out of nothing', async () => {
  const clock = createTestClock(() => 0.5, NOW)
  const fbads = await createServedCommandLine({ fetch: async () => Response.error(), clock })
  await fbads.run('migrate')
  const { status, stderr } = await fbads.run('report', '--out', 'report.html')
  expect(status).toBe(1)
  expect(stderr).toContain('❌ No ad account, ')
  expect(await readFile(join(fbads.folder, 'report.html'), 'utf8')).toContain('<h1>No ad account</h1>')
})

it('the same as a picture and on paper', async () => {
  const { fbads } = await loaded()
  expect(await fbads.run('report', '--out', 'r.png')).toMatchObject({ status: 0 })
  const png = await readFile(join(fbads.folder, 'r.png'))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  // An empty page of this size would be a few kilobytes.
  expect(png.length).toBeGreaterThan(100_000)
  expect(await fbads.run('report', '--out', 'r.pdf')).toMatchObject({ status: 0 })
  const pdf = await readFile(join(fbads.folder, 'r.pdf'))
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(2)
})

it('what it cannot write is said before anything is read', async () => {
  const { fbads } = await loaded(1)
  expect(await fbads.run('report', '--out', 'r.docx')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--out is "r.docx"; it must end with .html, .pdf, .png.'),
  })
  expect(await fbads.run('report', '--out', 'r.html', '--account', 'x')).toMatchObject({ status: 2 })
  expect(await fbads.run('report')).toMatchObject({ status: 2 })
  const other = await fbads.run('report', '--out', 'r.html', '--account', '42')
  expect(other.status).toBe(1)
  expect(other.stderr).toContain('act_42 is not loaded')
})

import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { NOW } from '../support/test-sync.ts'

/** A loaded warehouse of 5 November 2026, 70 days back: the days of September are old enough to go. */
async function setUp(settings: Readonly<Record<string, unknown>> = {}) {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 7, nowMs: NOW, ads: 3, days: 70 })
  const simulator = createSimulator({ world, clock })
  const fbads = await createServedCommandLine({ fetch: simulator.fetch, clock })
  const configure = (more: Readonly<Record<string, unknown>>) =>
    writeFile(join(fbads.folder, 'fbads.config.json'), JSON.stringify({ firstPullDays: 70, ...more }))
  await configure({})
  expect(await fbads.run('sync', '--quiet')).toMatchObject({ status: 0 })
  await configure(settings)
  const factDays = async () =>
    (
      await fbads.warehouse.use((session) =>
        session.query('SELECT min(date_id) AS first, count(DISTINCT date_id) AS days FROM fact_core_metrics'),
      )
    )[0]
  const dump = async () =>
    (await dumpWarehouse(fbads.warehouse, ['etl_run', 'etl_check', 'etl_api_usage'])).join('\n')
  return { fbads, clock, configure, factDays, dump }
}

const KEEPS = { retentionMonths: 1, archiveFolder: 'archive' }

describe('fbads archive', () => {
  it('lets nothing go before somebody has said where to', async () => {
    const { fbads, dump, configure } = await setUp()
    const before = await dump()
    expect(await fbads.run('archive')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('retentionMonths'),
    })
    await configure({ retentionMonths: 1 })
    expect(await fbads.run('archive')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('archiveFolder is not set'),
    })
    const dry = await fbads.run('archive', '--dry-run')
    expect(dry.stdout).toMatch(/2026-08: .* rows of facts, .* slices\n2026-09: /)
    expect(dry.stdout).toContain('These would be dropped.')
    await configure(KEEPS)
    expect(await fbads.run('archive', '--drop')).toMatchObject({ status: 2 })
    expect((await fbads.run('archive', '--dry-run')).stdout).toContain('These would be archived in ')
    expect(await fbads.run('archive', '--before', '2026-13')).toMatchObject({ status: 2 })
    expect(await dump()).toBe(before)
  })

  it('keeps old months in files, which no sync, status or check takes for missing', async () => {
    const { fbads, factDays } = await setUp(KEEPS)
    const { status, stdout } = await fbads.run('archive', '--json')
    const document = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(document).toMatchObject({ before: '2026-10', dry_run: false, kept: [] })
    expect(document.months.map(({ month }: { month: string }) => month)).toEqual(['2026-08', '2026-09'])
    expect(await factDays()).toMatchObject({ first: 20261001 })
    const planned = JSON.parse((await fbads.run('sync', '--dry-run', '--json')).stdout)
    expect(planned.requests.every(({ since }: { since: string }) => since >= '2026-10-01')).toBe(true)
    const again = ['--since', '2026-09-01', '--until', '2026-09-30']
    expect(JSON.parse((await fbads.run('sync', '--dry-run', '--json', ...again)).stdout).requests).toEqual([])
    expect((await fbads.run('sync', ...again)).stdout).toMatch(/90 slices of these days are archived/)
    const found = JSON.parse((await fbads.run('status', '--json', '--days', '60')).stdout)
    expect(found.holes).toEqual([])
    expect(found.slices[0]).toMatchObject({ missing: '0', archived: '34' })
    const september = found.calendar.filter(({ date }: { date: string }) => date.startsWith('2026-09'))
    expect(new Set(september.map(({ state }: { state: string }) => state))).toEqual(new Set(['archived']))
    expect((await fbads.run('status')).stdout).toMatch(/░ archived/)
    const report = JSON.parse((await fbads.run('validate', '--json')).stdout)
    expect(report.since).toBe('2026-10-01')
    expect(JSON.stringify(report.checks)).not.toContain('2026-09')
    expect(await fbads.run('archive')).toMatchObject({
      status: 0,
      stdout: 'No month before 2026-10 is to leave the warehouse.\n',
    })
  })

  it('brings a month back, which then stays until it is named', async () => {
    const { fbads, dump, factDays } = await setUp(KEEPS)
    const before = await dump()
    await fbads.run('archive', '--quiet')
    const restored = await fbads.run('archive', '--restore', '2026-09')
    expect(restored).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/✓ 2026-09: .* rows of facts are back/),
    })
    await fbads.run('archive', '--restore', '2026-08')
    expect(await dump()).toBe(before)
    expect((await fbads.run('archive', '--restore', '2026-08')).stdout).toBe(
      '2026-08 is in the warehouse already.\n',
    )
    const kept = await fbads.run('archive')
    expect(kept.stdout).toContain('2026-09 stays: it was restored')
    expect(await dump()).toBe(before)
    expect(await fbads.run('archive', '--before', '2026-10')).toMatchObject({ status: 0 })
    expect(await factDays()).toMatchObject({ first: 20261001 })
    expect((await readdir(join(fbads.folder, 'archive'))).sort()).toEqual(['month=2026-08', 'month=2026-09'])
    expect(await fbads.run('archive', '--restore', '2026-07')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('There is no archive of 2026-07'),
    })
  })

  it('leaves no hole between months that are there', async () => {
    const { fbads } = await setUp(KEEPS)
    await fbads.run('archive', '--quiet')
    await fbads.run('archive', '--restore', '2026-08')
    const { since, checks } = JSON.parse((await fbads.run('validate', '--json')).stdout)
    expect(since).toBe('2026-08-28')
    expect(JSON.stringify(checks)).not.toContain('2026-09')
  })

  it('is done by a sync when months and folder are set', async () => {
    const { fbads, factDays } = await setUp(KEEPS)
    const { status, stdout } = await fbads.run('sync')
    expect(status).toBe(0)
    expect(stdout).toMatch(/✓ 2026-09: .* rows of facts archived in \d+ files/)
    expect(await factDays()).toMatchObject({ first: 20261001 })
  })

  it('is not done by a sync that was told only how many months stay', async () => {
    const { fbads, dump } = await setUp({ retentionMonths: 1 })
    await fbads.run('sync', '--quiet')
    expect(await dump()).toContain('fact_core_metrics_202609 ')
  })

  it('keeps everything when the folder cannot be written, and a sync says so', async () => {
    const { fbads, dump } = await setUp(KEEPS)
    await writeFile(join(fbads.folder, 'archive'), 'a file, not a folder')
    const before = await dump()
    expect(await fbads.run('archive')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /archive.*cannot be .*The warehouse keeps the month\. Set archiveFolder to a folder/,
      ),
    })
    expect(await dump()).toBe(before)
    const sync = await fbads.run('sync')
    expect(sync.status).toBe(3)
    expect(sync.stdout).toContain('⚠️ WARNING: old months were not archived')
  })

  it('drops months for good, and reads them again when they are asked for', async () => {
    const { fbads, factDays } = await setUp({ retentionMonths: 1 })
    expect((await fbads.run('archive', '--drop')).stdout).toMatch(
      /✓ 2026-08: .* dropped\n✓ 2026-09: .* dropped\n/,
    )
    expect(await factDays()).toMatchObject({ first: 20261001 })
    expect(JSON.parse((await fbads.run('status', '--json')).stdout).holes).toEqual([])
    await fbads.run('sync', '--quiet', '--since', '2026-09-30', '--until', '2026-09-30')
    expect(await factDays()).toMatchObject({ first: 20260930 })
  })

  it('leaves a month alone of which the API may still change a day', async () => {
    const { fbads, dump } = await setUp({ archiveFolder: 'archive' })
    const before = await dump()
    const { status, stdout } = await fbads.run('archive', '--before', '2026-11', '--dry-run')
    expect(status).toBe(0)
    expect(stdout).toContain('2026-10 stays: the API may still change its days')
    expect(await dump()).toBe(before)
  })
})

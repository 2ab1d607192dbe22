import { describe, expect, it } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createCommandLine, createServedCommandLine } from '../support/command-line.ts'
import { NOW } from '../support/test-sync.ts'

/** As a JavaScript number it would end in 096. */
const ID = '120213328950940104'

describe.each([
  ['embedded in a folder', createCommandLine],
  ['on a server', createServedCommandLine],
])('the warehouse %s', (_, create) => {
  it(`gives ${ID} and a thousand other ids back to the last digit, half of which came as bare numbers`, async () => {
    const clock = createTestClock(() => 0.5, NOW)
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 1300, days: 2 })
    const simulator = createSimulator({ world, clock, bareIds: 'half' })
    const listed = (world.accounts[0]?.ads ?? []).filter((ad) => effectiveStatus(ad) !== 'DELETED')
    const replaced = listed.find(({ id }) => id.length === ID.length)?.id ?? ''
    const expected = listed.map(({ id }) => (id === replaced ? ID : id))
    const fetch: typeof simulator.fetch = async (input, init) => {
      const response = await simulator.fetch(input, init)
      return new Response((await response.text()).replaceAll(replaced, ID), response)
    }
    const fbads = await create({ fetch, clock })
    const synced = await fbads.run('sync', '--days', '2', '--report', 'core')
    expect(synced.stdout).toContain('✅ ID integrity preserved')
    expect(synced.status).toBe(0)

    const { stdout } = await fbads.run(
      'query',
      '--json',
      "SELECT ad_id, 1.50 AS money, 7 AS small, NULL AS nothing, DATE '2026-11-05' AS day FROM dim_ad WHERE ad_id <> 0",
    )
    const rows: Record<string, unknown>[] = JSON.parse(stdout)
    const ids = new Set(rows.map(({ ad_id }) => ad_id))
    expect(expected.filter((id) => !ids.has(id))).toEqual([])
    expect(ids).toContain(ID)
    const beyond = expected.filter((id) => BigInt(id) > 2n ** 53n)
    expect(beyond.length).toBeGreaterThan(1000)
    expect(rows.find(({ ad_id }) => ad_id === ID)).toEqual({
      ad_id: ID,
      money: '1.50',
      small: 7,
      nothing: null,
      day: '2026-11-05',
    })

    const facts = await fbads.run('query', '--json', 'SELECT DISTINCT ad_id FROM fact_core_metrics')
    const known = new Set([ID, ...(world.accounts[0]?.ads ?? []).map(({ id }) => String(id))])
    const ofFacts: { ad_id: string }[] = JSON.parse(facts.stdout)
    expect(ofFacts.length).toBeGreaterThan(300)
    expect(ofFacts.filter(({ ad_id }) => !known.has(ad_id))).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { createReferenceWorld } from '../../src/simulator/reference-world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createCommandLine } from '../support/command-line.ts'
import { DAY_MS, NOW } from '../support/test-sync.ts'

const SUCCESS = [
  '✅ Core data extracted: 1754 rows',
  '✓ Retrieved 15 campaign records',
  '✅ ID integrity preserved: 15 of 15 campaign ids',
  'Campaign ID overlap: 15 out of 15 data IDs',
  '✓ Using inline_link_clicks (sum: 5,800)',
  'CTR: 0.35%',
]

async function createReference() {
  const clock = createTestClock(() => 0.5, NOW)
  const simulator = createSimulator({ world: createReferenceWorld(NOW), clock })
  return { clock, simulator, fbads: await createCommandLine({ fetch: simulator.fetch, clock }) }
}

describe('the reference world', () => {
  it('prints the lines by which people know a good sync', async () => {
    const { fbads } = await createReference()
    const { status, stdout, stderr } = await fbads.run('sync', '--days', '28')
    const lines = stdout.split('\n')
    expect(lines).toEqual(expect.arrayContaining(SUCCESS))
    expect(lines).toContainEqual(expect.stringMatching(/^✅ fact_core_metrics: 1754 rows upserted/))
    expect(stdout).not.toMatch(/⚠️|❌|✗/u)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('keeps every fact when the metadata are refused, says so, and repairs the names with the next sync', async () => {
    const { clock, simulator, fbads } = await createReference()
    const isMetadata = (path: string) => /\/campaigns$|^\/?$/.test(path)
    simulator.fail({
      error: 'business-management',
      times: Number.POSITIVE_INFINITY,
      match: { where: ({ path }) => clock.now() < NOW + DAY_MS / 2 && isMetadata(path) },
    })
    const refused = await fbads.run('sync', '--days', '28')
    expect(refused.stdout).toMatch(/\[METADATA\] ✗ API ERROR for campaign ID=\S+ \(80004\)/u)
    expect(refused.stdout).toContain('⚠️ No matching campaign IDs between data and metadata!')
    expect(refused.stdout).toContain("⚠️ WARNING: 100.0% of campaigns have 'Unknown Campaign' name")
    expect(refused.stdout).toContain('✅ Core data extracted: 1754 rows')
    expect(refused.status).toBe(0)

    clock.advance(DAY_MS)
    const repaired = await fbads.run('sync', '--days', '29')
    expect(repaired.status).toBe(0)
    expect(repaired.stdout).toContain('Campaign ID overlap: 15 out of 15 data IDs')
    expect(repaired.stdout).not.toContain('Unknown Campaign')
    const names = await fbads.run(
      'query',
      '--json',
      'SELECT campaign_id, name, status FROM dim_campaign WHERE campaign_id <> 0',
    )
    expect(JSON.parse(names.stdout)).toHaveLength(15)
    expect(names.stdout).not.toContain('Unknown')
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import { AD_OBJECT_KINDS } from '../../src/model/ad-object.ts'
import { addDays, dayIn, daysOf } from '../../src/model/calendar-date.ts'
import { DIMENSIONS } from '../../src/model/dimension.ts'
import { FACT_TABLE_NAMES } from '../../src/model/fact.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { changeWorld, WORLD_CHANGES } from '../support/change-world.ts'
import { readFacts, sorted } from '../support/fact-model.ts'
import { forgetAccounts } from '../support/forget-accounts.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, DAY_MS, eventsOf, NOW, type SyncResult } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'
import { worldFacts } from '../support/world-facts.ts'

/** A server obeys the same laws, at a higher price. */
const SHARE = { pglite: 1, postgres: 0.2 }

/** A small world, the way in which its API answers, and what happens to it between two syncs. */
const scenario = fc.record({
  world: fc.record({
    seed: fc.nat(1_000_000),
    accounts: fc.constantFrom(1, 1, 1, 2),
    ads: fc.integer({ min: 1, max: 4 }),
    days: fc.integer({ min: 1, max: 3 }),
    legacyAfterDays: fc.constantFrom(0, 1, 2, 365),
  }),
  api: fc.record(
    {
      bareIds: fc.constantFrom('none', 'half', 'all'),
      pages: fc.constantFrom('full', 'ragged'),
      batchNullEvery: fc.constantFrom(2, 3),
      sizeLimit: fc.record({
        cells: fc.constantFrom(40, 200, 2_000),
        of: fc.constant('range' as const),
        error: fc.constantFrom('too-much-data', 'reduce-data', 'sync-timeout'),
      }),
    },
    { requiredKeys: [] },
  ),
  chunkDays: fc.constantFrom(1, 2, 7, 7, 7),
  changes: fc.array(
    fc.record({
      change: fc.constantFrom(...WORLD_CHANGES),
      chosen: fc.nat(1000),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  laterMs: fc.constantFrom(1, 16 * 60_000, DAY_MS, 2 * DAY_MS),
})

describeOnEachWarehouse('the laws of a sync', (open) => {
  it('the facts are the world, a second sync writes nothing, and a third brings what the world has become', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(scenario, async ({ world: size, api, chunkDays, changes, laterMs }) => {
        const world = createWorld({ nowMs: NOW, ...size })
        await forgetAccounts(warehouse)
        const sync = createTestSync(warehouse, {
          world,
          ...api,
          settings: { chunkDays },
        })
        const days = size.days + 1

        expectWhole(await sync.run({ days }), failing(world, days, NOW))
        await expectWorld(warehouse, world, days, NOW)

        sync.clock.advance(-sync.clock.now() + NOW)
        const second = await sync.run({ days })
        expectWhole(second, failing(world, days, NOW))
        for (const [table, counts] of Object.entries(second.summary.rows)) {
          expect({ table, ...counts }).toMatchObject({ inserted: 0, updated: 0, deleted: 0 })
        }
        expect(second.summary.slices).toMatchObject({ loaded: 0, failed: 0, skipped: 0 })

        const laterAt = NOW + laterMs
        sync.clock.advance(-sync.clock.now() + laterAt)
        for (const { change, chosen } of changes) changeWorld(world, change, chosen, laterAt)
        const daysLater = days + Math.round(laterMs / DAY_MS)
        expectWhole(await sync.run({ days: daysLater }), failing(world, daysLater, laterAt))
        await expectWorld(warehouse, world, daysLater, laterAt)
      }),
      propertyOptions(SHARE[warehouse.kind]),
    )
  }, 600_000)
})

function expectWhole({ summary, events }: SyncResult, failing: readonly string[]): void {
  expect(summary.failedAccounts).toEqual([])
  expect(eventsOf(events, 'slices-failed').map(({ error }) => error.message)).toEqual([])
  expect(summary).toMatchObject({ status: 'succeeded', rejected: 0 })
  expect(summary.checks.flatMap(({ name, status }) => (status === 'fail' ? [name] : []))).toEqual(failing)
}

/** A world of one ad may show it a thousand times without a click: that check fails, rightly, and no other. */
function failing(world: World, days: number, nowMs: number): string[] {
  const isClickless = world.accounts.some((account) => {
    const facts = coreFacts(world, account, days, nowMs)
    const total = (measure: string) => facts.reduce((sum, fact) => sum + Number(fact[measure]), 0)
    return total('impressions') >= DEFAULT_THRESHOLDS.clicklessImpressions && total('clicks') === 0
  })
  return isClickless ? ['clicks_present'] : []
}

function coreFacts(world: World, account: World['accounts'][number], days: number, nowMs: number) {
  const today = dayIn(account.timeZone, nowMs)
  const look = { world, account, days: daysOf(addDays(today, 1 - days), today), nowMs }
  return worldFacts('fact_core_metrics', look)
}

async function expectWorld(warehouse: Warehouse, world: World, days: number, nowMs: number): Promise<void> {
  for (const table of FACT_TABLE_NAMES) {
    const expected = world.accounts.flatMap((account) => {
      const today = dayIn(account.timeZone, nowMs)
      return worldFacts(table, { world, account, days: daysOf(addDays(today, 1 - days), today), nowMs })
    })
    expect(sorted(await readFacts(warehouse, table)), table).toEqual(sorted(expected))
  }
  await expectNames(warehouse, world)
  await expectHistory(warehouse)
}

/** Every object that the API still knows bears its name and statuses, whether it was listed or read by its id. */
async function expectNames(warehouse: Warehouse, world: World): Promise<void> {
  for (const kind of AD_OBJECT_KINDS) {
    const { table, key } = DIMENSIONS[kind]
    const members = await warehouse.use((session) =>
      session.query(
        `SELECT ${key} AS id, name, status, effective_status FROM ${table} WHERE ${key} <> 0 ORDER BY ${key}`,
      ),
    )
    const known = members.flatMap(({ id }) => world.object(String(id)) ?? [])
    expect(
      members.filter(({ id }) => known.some((object) => object.id === id)),
      table,
    ).toEqual(
      known.map((object) => ({
        id: object.id,
        // PostgreSQL holds neither U+0000 nor lone surrogates.
        name: object.name.replaceAll('\0', '\uFFFD').toWellFormed(),
        status: object.status,
        effective_status: effectiveStatus(object),
      })),
    )
    const listed = world.accounts
      .flatMap((account) => [...account.campaigns, ...account.adsets, ...account.ads])
      .filter(
        (object) => object.kind === kind && world.object(object.id) && effectiveStatus(object) !== 'DELETED',
      )
    expect(known.map(({ id }) => id)).toEqual(expect.arrayContaining(listed.map(({ id }) => id)))
  }
}

/** Each described member has one version that is current, equal to it, and versions that follow without a gap. */
async function expectHistory(warehouse: Warehouse): Promise<void> {
  for (const kind of AD_OBJECT_KINDS) {
    const { table, key } = DIMENSIONS[kind]
    const wrong = await warehouse.use((session) =>
      session.query(
        `SELECT d.${key} FROM ${table} d
          WHERE d.${key} <> 0 AND d.status <> 'UNKNOWN' AND 1 <> (
            SELECT count(*) FROM ${table}_history h
             WHERE h.${key} = d.${key} AND h.valid_to IS NULL AND h.name = d.name AND h.status = d.status)
         UNION ALL
         SELECT h.${key} FROM ${table}_history h
          WHERE h.valid_to IS NOT NULL AND 1 <> (
            SELECT count(*) FROM ${table}_history n WHERE n.${key} = h.${key} AND n.valid_from = h.valid_to)`,
      ),
    )
    expect(wrong, `${table}_history`).toEqual([])
  }
}

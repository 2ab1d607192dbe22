import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differences, readContents } from '../../scripts/torture/kill/contents.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { queueWarehouses } from './support/queue-warehouse.ts'
import { eveningClock } from './support/test-fleet.ts'

const { openWarehouse, openFleet } = queueWarehouses()

const TRANSIENT = { name: 'transient', share: 0.1 } as const

const read = (warehouse: Warehouse) => warehouse.use((session) => readContents(session, warehouse.schema))

describe('a run of the queue', () => {
  it('leaves the warehouse that a sync in one process leaves, whatever goes wrong with the API', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(1_000_000),
          accounts: fc.integer({ min: 1, max: 4 }),
          ads: fc.integer({ min: 1, max: 6 }),
          days: fc.integer({ min: 1, max: 12 }),
        }),
        fc.constantFrom([], [TRANSIENT]),
        async (size, faults) => {
          const options = { nowMs: NOW, ...size }
          const days = size.days + 1
          const plain = await openWarehouse()
          const { summary: expected } = await createTestSync(plain, {
            world: createWorld(options),
            settings: { chunkDays: 3 },
          }).run({ days })

          const warehouse = await openWarehouse()
          const simulator = createSimulator({
            world: createWorld(options),
            clock: eveningClock(),
            faults,
          })
          const fleet = await openFleet(warehouse, [{ name: 'default', fetch: simulator.fetch }])
          await fleet.plan({ days })
          fleet.work()
          fleet.work()
          const summary = await fleet.untilClosed()

          expect(differences(await read(warehouse), await read(plain))).toEqual([])
          const { slices, rejected, since, until } = expected
          expect(summary).toMatchObject({ status: 'succeeded', slices, rejected, since, until })
          expect(summary.rows.fact_core_metrics).toEqual(expected.rows.fact_core_metrics)
          const statuses = (checks: typeof expected.checks) =>
            checks.map(({ name, status, measured }) => ({ name, status, measured }))
          expect(statuses(summary.checks)).toEqual(statuses(expected.checks))
        },
      ),
      { ...propertyOptions(0.1), endOnFailure: true },
    )
  }, 300_000)
})

import { afterEach } from 'vitest'
import { migrate } from '../../../src/load/migrate.ts'
import { openPostgres } from '../../../src/load/postgres.ts'
import type { Warehouse } from '../../../src/load/session.ts'
import { newSchema, serverOptions } from '../../support/warehouses.ts'
import { openTestFleet, type TestFleet } from './test-fleet.ts'

/** Warehouses on a server, and their fleets, which go with their test. */
export function queueWarehouses() {
  const opened: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close()
  })
  return {
    async openWarehouse(): Promise<Warehouse> {
      const warehouse = await openPostgres({ ...serverOptions(newSchema()), maxConnections: 8 })
      opened.push(async () => {
        await warehouse.use(async (session) => {
          await session.query('SET client_min_messages TO warning')
          await session.query(`DROP SCHEMA "${warehouse.schema}" CASCADE`)
        })
        await warehouse.close()
      })
      await migrate(warehouse)
      return warehouse
    },
    async openFleet(...args: Parameters<typeof openTestFleet>): Promise<TestFleet> {
      const fleet = await openTestFleet(...args)
      opened.push(() => fleet.close())
      return fleet
    },
  }
}

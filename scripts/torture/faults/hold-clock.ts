import type { Warehouse } from '../../../src/load/session.ts'
import type { SkippingClock } from './skipping-clock.ts'

/** The warehouse, of which each use takes no time: a database that computes is not waited for by the clock. */
export function holdClock(warehouse: Warehouse, clock: SkippingClock): Warehouse {
  return {
    ...warehouse,
    use: (body) => clock.hold(() => warehouse.use(body)),
    async lease() {
      const lease = await clock.hold(() => warehouse.lease())
      return { ...lease, use: (body) => clock.hold(() => lease.use(body)) }
    },
  }
}

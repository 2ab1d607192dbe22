import type { MiddlewareHandler } from 'hono'
import { checkSchema } from '../../load/migrate.ts'
import type { FreshnessScope } from '../../load/read-freshness.ts'
import type { Warehouse } from '../../load/session.ts'
import type { Clock } from '../../model/clock.ts'
import { createMetrics, type Metrics, type MetricsOptions } from '../../observe/metrics.ts'
import { createOpsApp } from '../../observe/ops-app.ts'
import { readWarehouseFigures } from '../../observe/read-figures.ts'

export interface OpsSource {
  /** Throws DatabaseError while there is none. */
  readonly warehouse: () => Promise<Warehouse>
  readonly scope: FreshnessScope
  readonly clock: Clock
  readonly readQueue: MetricsOptions['readQueue']
}

/** The metrics of a process that lives on, and of its warehouse. */
export function createProcessMetrics({ warehouse, scope, clock, readQueue }: OpsSource): Metrics {
  return createMetrics({
    nowMs: () => clock.now(),
    readFigures: async () => readWarehouseFigures(await warehouse(), scope, clock.now()),
    readQueue,
  })
}

/** `/healthz`, `/readyz`, `/metrics` of such a process; `guard` is before the metrics alone. */
export function createProcessOps(
  { warehouse }: Pick<OpsSource, 'warehouse'>,
  metrics: Metrics,
  guard: MiddlewareHandler | null,
) {
  return createOpsApp({ ready: async () => checkSchema(await warehouse()), metrics, guard })
}

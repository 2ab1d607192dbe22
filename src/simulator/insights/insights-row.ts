import type { Metrics } from '../world/metrics.ts'
import type { WorldAccount, WorldObject } from '../world/world-objects.ts'
import type { Period } from './date-preset.ts'

/** One row of an answer, before the fields are chosen. */
export interface InsightsRow {
  readonly entity: WorldAccount | WorldObject
  readonly period: Period
  readonly breakdown: Readonly<Record<string, string>>
  readonly metrics: Readonly<Metrics>
}

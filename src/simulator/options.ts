import type { Clock } from '../model/clock.ts'
import type { AccessOptions } from './graph/access.ts'
import type { CallLimitOptions } from './graph/call-limit.ts'
import type { BareIds } from './graph/json-text.ts'
import type { NamedError } from './graph/named-errors.ts'
import type { ApiVersions } from './graph/versions.ts'
import type { RunTimes } from './reports/run-fate.ts'
import type { World } from './world.ts'

/** How much a synchronous insights call may ask for. */
interface SizeLimit {
  /** Rows × fields. */
  readonly cells: number
  /** Counted over the page, as `limit` bounds it, or over everything that was asked for. */
  readonly of: 'page' | 'range'
  readonly error: NamedError
}

export interface SimulatorOptions extends AccessOptions {
  readonly world: World
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  /** As of November 2026 when absent. */
  readonly versions?: ApiVersions
  /** How long every answer takes. */
  readonly latencyMs?: number
  /** Which ids of the answers are bare JSON numbers; none when absent. */
  readonly bareIds?: BareIds
  /** `ragged`: some pages are shorter than their limit, and some are empty, with more to come. */
  readonly pages?: 'full' | 'ragged'
  readonly runTimes?: RunTimes
  /** Every that many items of a batch, one is `null`. */
  readonly batchNullEvery?: number
  readonly sizeLimit?: SizeLimit
  /** Rows × fields of a report run; one that asks for more fails. */
  readonly runLimit?: number
  /** How many of the last calls, and of the last report runs, are remembered; every one when absent. */
  readonly keepLast?: number
  /** For each ad account. */
  readonly callLimit?: CallLimitOptions
}

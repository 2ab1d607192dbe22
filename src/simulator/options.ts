import type { Clock } from '../model/clock.ts'
import type { AccessOptions } from './graph/access.ts'
import type { FaultShare } from './graph/fault-mix.ts'
import type { BareIds } from './graph/json-text.ts'
import type { Latency } from './graph/latency.ts'
import type { NamedError } from './graph/named-errors.ts'
import type { RateLimits } from './graph/rate-limits.ts'
import type { UsageLevels } from './graph/usage.ts'
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
  /** Decides by chance what befalls which call and how long it takes: by what is asked, not by when. 0 when absent. */
  readonly seed?: number
  /** How long answers take; those of a batch take nothing of their own. */
  readonly latencyMs?: Latency
  /** What goes wrong by chance. */
  readonly faults?: readonly FaultShare[]
  /** None when absent. */
  readonly rateLimits?: RateLimits
  /** How long after an answer its client can be taken to have read it; 0 when absent. */
  readonly noticeMs?: number
  /** What the usage headers say at least. */
  readonly usage?: Partial<UsageLevels>
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
}

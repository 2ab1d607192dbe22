import type { MarketingApi } from '../../../src/extract/marketing-api.ts'
import type { AdAccount, AdObjectKind } from '../../../src/model/ad-object.ts'
import type { DimensionRow } from '../../../src/model/dimension.ts'
import type { FactRow } from '../../../src/model/fact.ts'
import type { AccountTotal, InsightsRequest, RequestOutcome } from '../../../src/model/slice.ts'
import type { ServedAnswer } from './answer.ts'
import type { SeenCall } from './mutated-fetch.ts'

/** What the program would write of what it has read; only of records that are not as they always are. */
export type Survivors =
  | {
      readonly to: 'facts'
      readonly request: InsightsRequest
      readonly rows: readonly FactRow[]
      readonly outcome: RequestOutcome
    }
  | { readonly to: 'members'; readonly kind: AdObjectKind; readonly rows: readonly DimensionRow[] }
  | { readonly to: 'accounts'; readonly accounts: readonly AdAccount[] }
  | { readonly to: 'totals'; readonly totals: readonly AccountTotal[] }

/** What becomes of each record, by its source, when nothing is changed. */
export type Usual = ReadonlyMap<string, string>

/** What became of the records of a reading, next to what was served. */
export interface Judgement {
  /** What became of each, by its source. */
  readonly outcomes: Usual
  /** Records as they always are, and loaded as they always are. */
  readonly same: number
  /** Others that were loaded. */
  readonly loaded: number
  /** Why others were not. */
  readonly rejected: readonly string[]
  /** What must not be. */
  readonly problems: readonly string[]
  readonly survivors: Survivors
}

/** Something that the program reads, and whose answers are changed. */
export interface Reading {
  readonly name: string
  /** True for the calls whose answers are changed. */
  isTarget(call: SeenCall): boolean
  /** Rejects as the program does. */
  read(
    api: MarketingApi,
    signal: AbortSignal,
  ): Promise<(served: readonly ServedAnswer[], usual: Usual) => Judgement>
}

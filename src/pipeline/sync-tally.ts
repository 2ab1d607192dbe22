import type { AdObjectKind } from '../model/ad-object.ts'
import { FACT_TABLE_NAMES } from '../model/fact.ts'
import { type ObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import type { WriteCounts } from '../model/quality.ts'
import { type InsightsRequest, type RequestOutcome, rangeOf, sliceCount } from '../model/slice.ts'
import type { SliceCounts } from './sync-summary.ts'

type SeenIds = Readonly<Record<AdObjectKind, Set<ObjectId>>>

/** Counts what a sync does while it does it. */
export class SyncTally {
  readonly #slices = { planned: 0, loaded: 0, unchanged: 0, failed: 0 }
  readonly #rows = new Map<string, WriteCounts>()
  readonly #planned: InsightsRequest[] = []
  readonly seenIds: SeenIds = { campaign: new Set(), adset: new Set(), ad: new Set() }
  rejected = 0

  constructor() {
    for (const table of FACT_TABLE_NAMES)
      this.wrote(table, { inserted: 0, updated: 0, unchanged: 0, deleted: 0 })
  }

  planned(requests: readonly InsightsRequest[]): void {
    for (const request of requests) this.#slices.planned += sliceCount(request)
    this.#planned.push(...requests)
  }

  /** `unchanged` of the request's `slices` were there before, and equal. */
  loaded(slices: number, unchanged: number, outcome: RequestOutcome): void {
    this.#slices.loaded += slices - unchanged
    this.#slices.unchanged += unchanged
    for (const { sourceRows } of outcome.rejects) this.rejected += sourceRows
    for (const ad of outcome.seenAds) {
      this.#see('ad', ad.adId)
      this.#see('adset', ad.adsetId)
      this.#see('campaign', ad.campaignId)
    }
  }

  failed(slices: number): void {
    this.#slices.failed += slices
  }

  wrote(table: string, counts: WriteCounts): void {
    const before = this.#rows.get(table)
    this.#rows.set(table, before ? add(before, counts) : counts)
  }

  get slices(): SliceCounts {
    const { planned, loaded, unchanged, failed } = this.#slices
    return { planned, loaded, unchanged, failed, skipped: planned - loaded - unchanged - failed }
  }

  get rows(): Record<string, WriteCounts> {
    return Object.fromEntries(this.#rows)
  }

  /** The first and last planned day; null when nothing was planned. */
  get range(): ReturnType<typeof rangeOf> {
    return rangeOf(this.#planned)
  }

  #see(kind: AdObjectKind, id: ObjectId): void {
    if (id !== UNKNOWN_ID) this.seenIds[kind].add(id)
  }
}

function add(a: WriteCounts, b: WriteCounts): WriteCounts {
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    deleted: a.deleted + b.deleted,
  }
}

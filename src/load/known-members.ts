import { AD_OBJECT_KINDS, AD_OBJECT_LABELS, type AdObjectKind } from '../model/ad-object.ts'
import type { SeenAd } from '../model/dimension.ts'

const IDS = { campaign: 'campaignId', adset: 'adsetId', ad: 'adId' } as const
const NAMES = { campaign: 'campaignName', adset: 'adsetName', ad: 'adName' } as const

/** What a member is called whose name nobody knows. */
export function namelessOf(kind: AdObjectKind): string {
  return `Unknown ${AD_OBJECT_LABELS[kind]}`
}

/** The name that an ad brings for its campaign, its ad set or itself; null also where it says that none is known. */
export function nameOf(kind: AdObjectKind, ad: SeenAd): string | null {
  const name = ad[NAMES[kind]]
  return name === namelessOf(kind) ? null : name
}

/**
 * What the loads of one ad account have made members of, and committed. An account names the same objects in nearly
 * each request, and to ask the dimensions for them takes statements, and a lock for which loads wait while a month is
 * attached. Members are never deleted, so this holds for as long as the account is synced.
 */
export class KnownMembers {
  /** Of each id whether it has come with a name. */
  readonly #known: Readonly<Record<AdObjectKind, Map<string, boolean>>> = {
    campaign: new Map(),
    adset: new Map(),
    ad: new Map(),
  }
  #hasAccount = false

  get hasAccount(): boolean {
    return this.#hasAccount
  }

  /** Whether the dimensions can learn nothing of it: of names, the first one stays. */
  has(kind: AdObjectKind, ad: SeenAd): boolean {
    const wasNamed = this.#known[kind].get(ad[IDS[kind]])
    return wasNamed === true || (wasNamed === false && nameOf(kind, ad) === null)
  }

  /** Belongs after the commit. */
  add(seen: readonly SeenAd[]): void {
    this.#hasAccount = true
    for (const kind of AD_OBJECT_KINDS)
      for (const ad of seen)
        if (!this.has(kind, ad)) this.#known[kind].set(ad[IDS[kind]], nameOf(kind, ad) !== null)
  }
}

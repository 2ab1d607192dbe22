import type { SeenAd } from '../model/dimension.ts'

/**
 * What the loads of one ad account have already made members of. An account names the same ads in nearly each request,
 * and to ask the dimensions for them every time takes three statements, and a lock for which loads wait while a month
 * is attached. Members are never deleted, so what was committed holds for as long as the account is synced.
 */
export class KnownMembers {
  readonly #known = new Set<string>()
  #isAny = false

  /** Whether any load has been committed: then the account has a member, too. */
  get isAny(): boolean {
    return this.#isAny
  }

  /** Those of `seen` that name an ad, or a name of it, that no committed load did. */
  newOf(seen: readonly SeenAd[]): SeenAd[] {
    return seen.filter((ad) => !this.#known.has(keyOf(ad)))
  }

  /** Belongs after the commit. */
  add(seen: readonly SeenAd[]): void {
    this.#isAny = true
    for (const ad of seen) this.#known.add(keyOf(ad))
  }
}

/** Which names there are counts, and not what they are: the first one stays. */
function keyOf({ adId, adsetId, campaignId, adName, adsetName, campaignName }: SeenAd): string {
  return [
    `${adId} ${adsetId} ${campaignId}`,
    ...[adName, adsetName, campaignName].map((name) => (name === null ? '-' : '+')),
  ].join(' ')
}

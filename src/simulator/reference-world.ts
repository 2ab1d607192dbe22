import { toDayNumber } from './world/day-number.ts'
import { deliveryKind } from './world/delivery.ts'
import type { DeliverySource } from './world/delivery-source.ts'
import { makeAccount } from './world/make-account.ts'
import type { Metrics } from './world/metrics.ts'
import { createObjectIds } from './world/object-ids.ts'
import { createRandom, hash } from './world/random.ts'
import { splitMetrics } from './world/split-metrics.ts'
import type { Mutable, WorldAccount, WorldAd, WorldObject } from './world/world-objects.ts'
import { assembleWorld, type World } from './world.ts'

const SEED = 1754
export const REFERENCE_DAYS = 28
const ROWS = 1754

/** What the account's ads add up to over all its days: 5,800 link clicks, 0.35 % of the impressions. */
const TOTAL: Readonly<Metrics> = {
  impressions: 1_657_143,
  reach: 1_241_300,
  spendMinor: 1_482_065,
  clicks: 9_412,
  linkClicks: 5_861,
  inlineLinkClicks: 5_800,
  outboundClicks: 5_214,
  landingPageViews: 4_377,
  viewContent: 3_120,
  addToCart: 641,
  checkouts: 288,
  purchases: 161,
  addToCartValueMinor: 4_102_550,
  purchaseValueMinor: 1_093_418,
  leads: 74,
  videoPlays: 512_300,
  videoViews: 181_200,
  videoP25: 118_400,
  videoP50: 71_000,
  videoP75: 46_200,
  videoP95: 34_300,
  videoP100: 29_100,
  thruplays: 55_700,
  reactions: 3_310,
  comments: 402,
  shares: 287,
  saves: 233,
  hasInlineLinkClicks: true,
}

/**
 * The world of round numbers: one account, 15 campaigns (none archived or deleted), and in its 28 days,
 * which end today, 1,754 rows of an ad and a day. Its figures do not age; no day after today has any.
 */
export function createReferenceWorld(nowMs: number): World {
  const random = createRandom(SEED)
  const size = { ads: 240, campaigns: 15, days: REFERENCE_DAYS }
  const account = makeAccount(0, size, nowMs, random, createObjectIds(random))
  for (const object of [...account.campaigns, ...account.adsets, ...account.ads]) bringBack(object)
  return assembleWorld([account], createFixedDelivery(spread(account)), nowMs)
}

function bringBack(object: Mutable<WorldObject>): void {
  if (object.status !== 'ACTIVE') object.status = 'PAUSED'
}

/** Each ad's days with their figures. */
function spread(account: WorldAccount): Map<WorldAd, Map<number, Metrics>> {
  const firstDay = toDayNumber(account.firstDay)
  const days = Array.from({ length: REFERENCE_DAYS }, (_, i) => firstDay + i)
  const delivered = account.ads
    .flatMap((ad) => days.filter((day) => deliveryKind(ad, day) === 'delivered').map((day) => ({ ad, day })))
    .sort((a, b) => hash(a.ad.seed, a.day) - hash(b.ad.seed, b.day))
    .slice(0, ROWS)
  if (delivered.length < ROWS) throw new RangeError(`only ${delivered.length} rows for the reference world`)

  const weights = delivered.map(({ ad }) => 250 + ad.profile.impressions)
  const figures = new Map<WorldAd, Map<number, Metrics>>()
  for (const [index, metrics] of splitMetrics(TOTAL, weights, SEED).entries()) {
    const row = delivered[index]
    if (!row || metrics === null) continue
    const own = figures.get(row.ad) ?? new Map<number, Metrics>()
    figures.set(row.ad, own.set(row.day, metrics))
  }
  return figures
}

function createFixedDelivery(figures: ReadonlyMap<WorldAd, ReadonlyMap<number, Metrics>>): DeliverySource {
  return {
    has: (ad, day) => figures.get(ad)?.has(day) ?? false,
    metrics: (ad, day) => {
      const metrics = figures.get(ad)?.get(day)
      return metrics ? { ...metrics } : null
    },
  }
}

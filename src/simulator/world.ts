import type { CalendarDate } from '../model/calendar-date.ts'
import type { AsOf } from './world/aging.ts'
import { breakdownCells } from './world/breakdown-cells.ts'
import { toDayNumber } from './world/day-number.ts'
import { createGeneratedDelivery, type DeliverySource, withRevisions } from './world/delivery-source.ts'
import { makeAccount } from './world/make-account.ts'
import type { Metrics } from './world/metrics.ts'
import { createObjectIds } from './world/object-ids.ts'
import { createRandom } from './world/random.ts'
import { createRevisions } from './world/revisions.ts'
import { createWorldControls, type WorldControls } from './world/world-controls.ts'
import type { WorldAccount, WorldAd, WorldObject } from './world/world-objects.ts'

export interface WorldOptions {
  readonly seed: number
  /** When the world is made: its history ends today. Milliseconds since the epoch. */
  readonly nowMs: number
  readonly accounts?: number
  /** Ads in each account. */
  readonly ads?: number
  /** Campaigns in each account; a number that suits its ads when absent. */
  readonly campaigns?: number
  /** Days of history, today included. The ads that are active then go on delivering after it. */
  readonly days?: number
  /** Rows of days more than so many before today have no `inline_link_clicks`. */
  readonly legacyAfterDays?: number
}

/** What is true of one ad on one day, or of one part of it. */
interface TruthRow {
  readonly ad: WorldAd
  readonly date: CalendarDate
  /** The breakdown's values; one that Meta does not know is absent, or says so. */
  readonly breakdown: Readonly<Record<string, string>>
  readonly metrics: Readonly<Metrics>
}

export interface World extends WorldControls {
  readonly accounts: readonly WorldAccount[]
  /** The account by its id without `act_`. */
  account(accountId: string): WorldAccount | undefined
  /** The campaign, ad set or ad; undefined when there is none or it was removed. */
  object(id: string): WorldObject | undefined
  /** The figures of each ad's day, for those who add them up. */
  readonly delivery: DeliverySource
  /** How the account sees the moment: figures are refreshed every quarter of an hour. */
  asOf(account: WorldAccount, nowMs: number): AsOf
  /**
   * What the API knows at `nowMs` of every ad of the account, whatever its status. Throws RangeError when
   * there is no such account.
   */
  insights(accountId: string, date: CalendarDate, breakdowns: readonly string[], nowMs: number): TruthRow[]
}

const REFRESH_MS = 15 * 60_000

/**
 * A world of ad accounts that is the same for the same options, generated as it is looked at.
 * Throws RangeError when a size is below 1.
 */
export function createWorld(options: WorldOptions): World {
  const { accounts: count = 1, ads = 60, campaigns = Math.ceil(ads / 8), days = 90 } = options
  const random = createRandom(options.seed)
  const nextId = createObjectIds(random)
  const size = { ads, campaigns, days }
  const accounts = Array.from({ length: count }, (_, i) =>
    makeAccount(i, size, options.nowMs, random, nextId),
  )
  const legacyDay = Math.floor(options.nowMs / 86_400_000) - (options.legacyAfterDays ?? 365)
  return assembleWorld(accounts, createGeneratedDelivery(legacyDay), options.nowMs)
}

/** The world of the accounts, their figures from `source`; `nowMs` dates changes that are given no time. */
export function assembleWorld(
  accounts: readonly WorldAccount[],
  source: DeliverySource,
  nowMs: number,
): World {
  const objects = new Map<string, WorldObject>()
  for (const account of accounts) {
    for (const object of [...account.campaigns, ...account.adsets, ...account.ads])
      objects.set(object.id, object)
  }
  const byId = new Map<string, WorldAccount>(accounts.map((account) => [account.id, account]))
  const revisions = createRevisions()
  const delivery = withRevisions(source, revisions.of)
  const asOf = (account: WorldAccount, at: number): AsOf => {
    const refreshedMs = Math.floor(at / REFRESH_MS) * REFRESH_MS
    return {
      today: toDayNumber(account.time.dayOf(refreshedMs)),
      dayFraction: account.time.dayFraction(refreshedMs),
    }
  }
  return {
    accounts,
    account: (id) => byId.get(id),
    object: (id) => objects.get(id),
    delivery,
    asOf,
    insights: (accountId, date, breakdowns, at) => {
      const account = byId.get(accountId)
      if (!account) throw new RangeError(`the world has no account ${accountId}`)
      const day = toDayNumber(date)
      return account.ads.flatMap((ad) => {
        const metrics = delivery.metrics(ad, day, asOf(account, at))
        if (metrics === null) return []
        const cells = breakdownCells(ad, day, metrics, breakdowns)
        return cells.map((cell) => ({ ad, date, breakdown: cell.keys, metrics: cell.metrics }))
      })
    },
    ...createWorldControls(objects, revisions, nowMs),
  }
}

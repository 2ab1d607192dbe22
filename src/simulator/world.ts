import type { CalendarDate } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { Metrics } from './metrics.ts'
import type { ConfiguredStatus, WorldAccount, WorldObject } from './world-objects.ts'

export interface WorldOptions {
  readonly seed: number
  /** When the world is made: its history ends today. Milliseconds since the epoch. */
  readonly nowMs: number
  readonly accounts?: number
  /** Ads in each account. */
  readonly ads?: number
  /** Campaigns in each account; a number that suits its ads when absent. */
  readonly campaigns?: number
  /** Days of history, today included. */
  readonly days?: number
  /** On days earlier than that many before today, rows have no `inline_link_clicks`. */
  readonly legacyBeforeDays?: number
}

/** What is true of one ad on one day, or of one part of it. */
export interface TruthRow {
  readonly adId: ObjectId
  readonly adsetId: ObjectId
  readonly campaignId: ObjectId
  readonly date: CalendarDate
  /** The breakdown's values; a key can be absent. */
  readonly breakdown: Readonly<Record<string, string>>
  readonly metrics: Metrics
}

export interface World {
  readonly accounts: readonly WorldAccount[]
  /** The account by its id without `act_`. */
  account(accountId: string): WorldAccount | undefined
  /** The campaign, ad set or ad; undefined when there is none or it was removed. */
  object(id: string): WorldObject | undefined

  /** What the API would say at `nowMs` of every ad of the account, whatever its status. */
  insights(accountId: string, date: CalendarDate, breakdowns: readonly string[], nowMs: number): TruthRow[]

  rename(id: string, name: string, atMs?: number): void
  /** Stops the delivery of what lies below, or lets it go on. */
  setStatus(id: string, status: ConfiguredStatus, atMs?: number): void
  /** Minor units. Leaves a campaign's `updated_time` alone, as Meta does. */
  setDailyBudget(id: string, dailyBudget: string, atMs?: number): void
  /** A new revision of one day: some rows change, some vanish, some appear. */
  restate(accountId: string, date: CalendarDate): void
  /** A new revision of every day. */
  restateAll(revision: number): void
  /** Gone for good: its id answers 100/33. Its insights stay. */
  removeObject(id: string): void
}

import type { CalendarDate } from '../../model/calendar-date.ts'
import type { ObjectId } from '../../model/object-id.ts'
import type { AccountTime } from './account-time.ts'
import type { AdProfile, Objective } from './ad-profile.ts'

/** What an owner can set; the effective status follows from it and from the parents. */
export type ConfiguredStatus = 'ACTIVE' | 'PAUSED' | 'ARCHIVED' | 'DELETED'

/** What Meta's review says of an ad; shown as its effective status while nothing else stops it. */
export type ReviewStatus = 'APPROVED' | 'WITH_ISSUES' | 'PENDING_REVIEW' | 'DISAPPROVED'

export interface WorldAccount {
  readonly kind: 'account'
  /** Without `act_`. */
  readonly id: ObjectId
  readonly name: string
  readonly currency: string
  /** Minor units in one major unit, by Meta's table. */
  readonly offset: 1 | 100
  /** Where its ads are shown, its own country first. */
  readonly countries: readonly string[]
  readonly timeZone: string
  readonly time: AccountTime
  /** The API's number: 1 ACTIVE, 2 DISABLED, … */
  readonly accountStatus: number
  readonly createdMs: number
  /** The first day that can have delivery. */
  readonly firstDay: CalendarDate
  readonly campaigns: WorldCampaign[]
  readonly adsets: WorldAdset[]
  readonly ads: WorldAd[]
}

interface WorldAdObject {
  readonly id: ObjectId
  readonly account: WorldAccount
  readonly name: string
  readonly status: ConfiguredStatus
  readonly createdMs: number
  readonly updatedMs: number
}

/** Minor units as text; null where the other level, or nobody, holds the budget. */
interface Budgeted {
  readonly dailyBudget: string | null
  readonly lifetimeBudget: string | null
}

export interface WorldCampaign extends WorldAdObject, Budgeted {
  readonly kind: 'campaign'
  readonly objective: Objective
  readonly startMs: number
  readonly stopMs: number | null
  readonly adsets: WorldAdset[]
}

export interface WorldAdset extends WorldAdObject, Budgeted {
  readonly kind: 'adset'
  readonly campaign: WorldCampaign
  readonly optimizationGoal: string
  readonly billingEvent: string
  /** Minor units; null without a bid. */
  readonly bidAmount: number | null
  readonly startMs: number
  readonly endMs: number | null
  readonly ads: WorldAd[]
}

export interface WorldCreative {
  readonly kind: 'creative'
  readonly id: ObjectId
  readonly name: string
  readonly title: string
  readonly body: string
  readonly linkUrl: string
}

export interface WorldAd extends WorldAdObject {
  readonly kind: 'ad'
  readonly adset: WorldAdset
  readonly creative: WorldCreative
  readonly review: ReviewStatus
  /** Days since the epoch; the first on which it can deliver. */
  readonly firstDay: number
  /** Days since the epoch, included; null while it has not been stopped. */
  readonly lastDay: number | null
  /** The ad's own stream of randomness. */
  readonly seed: number
  readonly profile: AdProfile
}

export type WorldObject = WorldCampaign | WorldAdset | WorldAd

/** The world's own view of a record that only its controls change. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

import type { ObjectId } from '../../model/object-id.ts'
import { makeAdProfile, OBJECTIVE_NAMES } from './ad-profile.ts'
import { toDayNumber } from './day-number.ts'
import { adName, adsetName, campaignName } from './names.ts'
import type { Random } from './random.ts'
import type {
  ConfiguredStatus,
  ReviewStatus,
  WorldAccount,
  WorldAd,
  WorldAdset,
  WorldCampaign,
} from './world-objects.ts'

/** What the objects of one account are made from. */
export interface AdFrame {
  readonly account: WorldAccount
  readonly days: number
  readonly nowMs: number
  readonly dollarMinor: number
  readonly life: 'whole-history' | 'recent' | 'no-delivery'
  readonly random: Random
  readonly nextId: () => ObjectId
}

const DAY_MS = 86_400_000

export function makeCampaign(frame: AdFrame, isFirst: boolean): WorldCampaign {
  const { account, random, nowMs } = frame
  const objective = random.pick(OBJECTIVE_NAMES)
  const createdMs =
    isFirst || random.chance(0.5) ? account.createdMs : later(account.createdMs, nowMs, random)
  const holdsBudget = random.chance(0.5)
  const hasEnd = !isFirst && random.chance(0.2)
  return {
    kind: 'campaign',
    id: frame.nextId(),
    account,
    name: campaignName(objective, random),
    status: isFirst ? 'ACTIVE' : pickStatus(random, 0.66, 0.81, 0.93),
    createdMs,
    updatedMs: later(createdMs, nowMs, random),
    dailyBudget: holdsBudget && !hasEnd ? budget(frame) : null,
    lifetimeBudget: holdsBudget && hasEnd ? budget(frame) : null,
    objective,
    startMs: createdMs,
    stopMs: hasEnd ? later(createdMs, nowMs + 30 * DAY_MS, random) : null,
    adsets: [],
  }
}

/** Also enters the ad set in its campaign. */
export function makeAdset(frame: AdFrame, campaign: WorldCampaign, isFirst: boolean): WorldAdset {
  const { account, random, nowMs } = frame
  const createdMs =
    isFirst || random.chance(0.6) ? campaign.createdMs : later(campaign.createdMs, nowMs, random)
  const holdsBudget = campaign.dailyBudget === null && campaign.lifetimeBudget === null
  const hasBid = random.chance(0.2)
  const adset: WorldAdset = {
    kind: 'adset',
    id: frame.nextId(),
    account,
    campaign,
    name: adsetName(random),
    status: isFirst ? 'ACTIVE' : pickStatus(random, 0.85, 0.94, 0.98),
    createdMs,
    updatedMs: later(createdMs, nowMs, random),
    dailyBudget: holdsBudget && campaign.stopMs === null ? budget(frame) : null,
    lifetimeBudget: holdsBudget && campaign.stopMs !== null ? budget(frame) : null,
    optimizationGoal: random.pick([
      'OFFSITE_CONVERSIONS',
      'LINK_CLICKS',
      'LANDING_PAGE_VIEWS',
      'REACH',
      'THRUPLAY',
    ]),
    billingEvent: 'IMPRESSIONS',
    bidAmount: hasBid ? Math.round(frame.dollarMinor * random.int(2, 20)) : null,
    startMs: createdMs,
    endMs: campaign.stopMs,
    ads: [],
  }
  campaign.adsets.push(adset)
  return adset
}

/** Also enters the ad in its ad set. */
export function makeAd(frame: AdFrame, adset: WorldAdset, index: number): WorldAd {
  const { account, random, nowMs } = frame
  const createdMs =
    index === 0 || random.chance(0.5) ? adset.createdMs : later(adset.createdMs, nowMs, random)
  const status = index === 0 ? 'ACTIVE' : pickStatus(random, 0.8, 0.9, 0.96)
  const toDay = (ms: number) => toDayNumber(account.time.dayOf(ms))
  const firstDay = Math.max(toDayNumber(account.firstDay), toDay(createdMs))
  const isStopped =
    (adset.endMs !== null && adset.endMs < nowMs) ||
    [status, adset.status, adset.campaign.status].some((each) => each !== 'ACTIVE') ||
    (index !== 0 && random.chance(0.1))
  const lastDay = isStopped ? random.int(firstDay, Math.max(firstDay, toDay(nowMs) - 1)) : null
  const number = index + 1
  const ad: WorldAd = {
    kind: 'ad',
    id: frame.nextId(),
    account,
    adset,
    name: adName(number, random),
    status: frame.life === 'no-delivery' ? 'PAUSED' : status,
    createdMs,
    updatedMs: later(createdMs, nowMs, random),
    creative: {
      kind: 'creative',
      id: frame.nextId(),
      name: `Creative ${number} 📷`,
      title: 'Made to be used',
      body: 'Free returns.\nShips in 24 h – "really".',
      linkUrl: `https://shop.example/p/${number}?utm_source=fb`,
    },
    review: random.pick(REVIEWS),
    firstDay,
    lastDay: frame.life === 'no-delivery' ? firstDay - 1 : lastDay,
    seed: random.int(1, 2 ** 31 - 1),
    profile: makeAdProfile(adset.campaign.objective, frame.dollarMinor, random),
  }
  adset.ads.push(ad)
  return ad
}

const REVIEWS: readonly ReviewStatus[] = [
  ...Array.from({ length: 17 }, () => 'APPROVED' as const),
  'WITH_ISSUES',
  'PENDING_REVIEW',
  'DISAPPROVED',
]

function pickStatus(random: Random, active: number, paused: number, archived: number): ConfiguredStatus {
  const draw = random.next()
  return draw < active ? 'ACTIVE' : draw < paused ? 'PAUSED' : draw < archived ? 'ARCHIVED' : 'DELETED'
}

function budget({ dollarMinor, random }: AdFrame): string {
  return String(Math.round(dollarMinor * random.int(10, 500)))
}

/** Some whole second after `fromMs`, not after `untilMs`. */
function later(fromMs: number, untilMs: number, random: Random): number {
  return fromMs + Math.floor((random.next() * Math.max(0, untilMs - fromMs)) / 1000) * 1000
}

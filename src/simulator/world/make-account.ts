import { addDays } from '../../model/calendar-date.ts'
import { minorUnitsOf } from '../../model/currency.ts'
import type { ObjectId } from '../../model/object-id.ts'
import { ACCOUNT_PROFILES } from './account-profiles.ts'
import { createAccountTime } from './account-time.ts'
import { type AdFrame, makeAd, makeAdset, makeCampaign } from './make-ad-objects.ts'
import type { Random } from './random.ts'
import type { WorldAccount } from './world-objects.ts'

export interface AccountSize {
  readonly ads: number
  readonly campaigns: number
  readonly days: number
}

const RECENT_DAYS = 10
const MAX_ADS_IN_ADSET = 50

/** An account with everything in it; `nextId` numbers them. Throws RangeError when it must have no ad or campaign. */
export function makeAccount(
  index: number,
  size: AccountSize,
  nowMs: number,
  random: Random,
  nextId: () => ObjectId,
): WorldAccount {
  if (size.ads < 1 || size.campaigns < 1 || size.days < 1) {
    throw new RangeError('an account has at least one ad, one campaign and one day')
  }
  const profile = ACCOUNT_PROFILES[index % ACCOUNT_PROFILES.length]
  if (!profile) throw new RangeError(`no profile for account ${index}`)
  const time = createAccountTime(profile.timeZone)
  const days = profile.life === 'recent' ? Math.min(RECENT_DAYS, size.days) : size.days
  const today = time.dayOf(nowMs)
  const account: WorldAccount = {
    kind: 'account',
    id: nextId(),
    name: profile.name,
    currency: profile.currency,
    offset: minorUnitsOf(profile.currency),
    countries: profile.countries,
    timeZone: profile.timeZone,
    time,
    accountStatus: profile.accountStatus,
    createdMs: nowMs - days * 86_400_000,
    firstDay: addDays(today, 1 - days),
    campaigns: [],
    adsets: [],
    ads: [],
  }
  const { campaigns, adsets } = account
  const frame: AdFrame = {
    account,
    days,
    nowMs,
    dollarMinor: profile.dollarMinor,
    life: profile.life,
    random,
    nextId,
  }

  for (let i = 0; i < size.campaigns; i++) campaigns.push(makeCampaign(frame, i === 0))
  const adsetCount = Math.max(size.campaigns, Math.ceil(size.ads / 3))
  for (let i = 0; i < adsetCount; i++) {
    adsets.push(makeAdset(frame, i < size.campaigns ? at(campaigns, i) : random.pick(campaigns), i === 0))
  }
  for (let i = 0; i < size.ads; i++) {
    const chosen = i < adsetCount ? at(adsets, i) : random.pick(adsets)
    const adset = chosen.ads.length < MAX_ADS_IN_ADSET ? chosen : at(adsets, i % adsetCount)
    account.ads.push(makeAd(frame, adset, i))
  }
  return account
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError(`no item ${index}`)
  return item
}

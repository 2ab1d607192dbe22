import { daysOf } from '../../model/calendar-date.ts'
import { effectiveStatus } from '../world/effective-status.ts'
import type {
  WorldAccount,
  WorldAd,
  WorldAdset,
  WorldCampaign,
  WorldCreative,
  WorldObject,
} from '../world/world-objects.ts'

import type { Moment } from './render-object.ts'

/** What fields say; one that is not here, or has nothing to say, is left out of answers. */
type Values<T> = Readonly<Record<string, (object: T) => unknown>>

const COMMON: Values<WorldObject> = {
  id: ({ id }) => id,
  account_id: ({ account }) => account.id,
  name: ({ name }) => name,
  status: ({ status }) => status,
  configured_status: ({ status }) => status,
  effective_status: effectiveStatus,
  created_time: ({ account, createdMs }) => account.time.format(createdMs),
  updated_time: ({ account, updatedMs }) => account.time.format(updatedMs),
}

const BUDGETED: Values<WorldCampaign | WorldAdset> = {
  daily_budget: ({ dailyBudget }) => dailyBudget ?? undefined,
  // The API says "0" for a budget that is not used, where there is another.
  lifetime_budget: ({ dailyBudget, lifetimeBudget }) =>
    lifetimeBudget ?? (dailyBudget === null ? undefined : '0'),
  budget_remaining: () => '0',
  start_time: ({ account, startMs }) => account.time.format(startMs),
}

const BID_STRATEGY = 'LOWEST_COST_WITHOUT_CAP'

export const CAMPAIGN_VALUES: Values<WorldCampaign> = {
  ...COMMON,
  ...BUDGETED,
  objective: ({ objective }) => objective,
  buying_type: () => 'AUCTION',
  bid_strategy: ({ dailyBudget, lifetimeBudget }) =>
    dailyBudget === null && lifetimeBudget === null ? undefined : BID_STRATEGY,
  special_ad_categories: () => [],
  stop_time: ({ account, stopMs }) => (stopMs === null ? undefined : account.time.format(stopMs)),
  source_campaign_id: () => '0',
}

export const ADSET_VALUES: Values<WorldAdset> = {
  ...COMMON,
  ...BUDGETED,
  campaign_id: ({ campaign }) => campaign.id,
  campaign: ({ campaign }) => campaign,
  optimization_goal: ({ optimizationGoal }) => optimizationGoal,
  billing_event: ({ billingEvent }) => billingEvent,
  bid_strategy: ({ bidAmount }) => (bidAmount === null ? BID_STRATEGY : 'LOWEST_COST_WITH_BID_CAP'),
  bid_amount: ({ bidAmount }) => bidAmount ?? undefined,
  end_time: ({ account, endMs }) => (endMs === null ? undefined : account.time.format(endMs)),
  destination_type: () => 'WEBSITE',
  is_dynamic_creative: () => false,
  attribution_spec: () => [
    { event_type: 'CLICK_THROUGH', window_days: 7 },
    { event_type: 'VIEW_THROUGH', window_days: 1 },
  ],
  targeting: ({ account }) => ({ age_min: 18, age_max: 65, geo_locations: { countries: account.countries } }),
  learning_stage_info: () => ({ status: 'SUCCESS' }),
}

export const AD_VALUES: Values<WorldAd> = {
  ...COMMON,
  adset_id: ({ adset }) => adset.id,
  adset: ({ adset }) => adset,
  campaign_id: ({ adset }) => adset.campaign.id,
  campaign: ({ adset }) => adset.campaign,
  creative: ({ creative }) => creative,
  conversion_domain: () => 'shop.example',
  preview_shareable_link: ({ id }) => `https://fb.me/${id}`,
  issues_info: ({ review }) =>
    review === 'WITH_ISSUES'
      ? [{ level: 'AD', error_code: 1815869, error_summary: 'Reach is low' }]
      : undefined,
}

/** Of creatives alone the answer depends on the moment: links to images are signed and expire. */
export function creativeValues(nowMs: number): Values<WorldCreative> {
  const expiry = Math.floor(nowMs / 86_400_000).toString(16)
  const signed = (id: string) => `https://scontent.example/v/${id}_n.jpg?oe=${expiry}`
  return {
    id: ({ id }) => id,
    name: ({ name }) => name,
    status: () => 'ACTIVE',
    title: ({ title }) => title,
    body: ({ body }) => body,
    object_type: () => 'SHARE',
    call_to_action_type: () => 'SHOP_NOW',
    link_url: ({ linkUrl }) => linkUrl,
    thumbnail_url: ({ id }) => signed(id),
    image_url: ({ id }) => signed(id),
    object_story_spec: ({ linkUrl, body }) => ({
      page_id: '1784120398871',
      link_data: { link: linkUrl, message: body },
    }),
  }
}

export function accountValues({ nowMs, world }: Moment): Values<WorldAccount> {
  return {
    id: ({ id }) => `act_${id}`,
    account_id: ({ id }) => id,
    name: ({ name }) => name,
    account_status: ({ accountStatus }) => accountStatus,
    amount_spent: (account) => String(amountSpent(account, world, nowMs)),
    age: ({ createdMs }) => Math.round((nowMs - createdMs) / 864_000) / 100,
    balance: () => '0',
    spend_cap: () => '0',
    business: ({ id, name }) => ({ id: `7${id.slice(1)}`, name }),
    business_name: ({ name }) => name,
    created_time: ({ time, createdMs }) => time.format(createdMs),
    currency: ({ currency }) => currency,
    disable_reason: ({ accountStatus }) => (accountStatus === 2 ? 1 : 0),
    min_daily_budget: ({ offset }) => offset,
    owner: ({ id }) => `7${id.slice(1)}`,
    timezone_id: () => 1,
    timezone_name: ({ timeZone }) => timeZone,
    timezone_offset_hours_utc: ({ time }) => time.offsetHours(nowMs),
  }
}

/** Minor units: everything that the API reports as spent, added up anew. */
function amountSpent({ id, firstDay, time }: WorldAccount, world: Moment['world'], nowMs: number): number {
  return daysOf(firstDay, time.dayOf(nowMs))
    .flatMap((day) => world.insights(id, day, [], nowMs))
    .reduce((sum, { metrics }) => sum + metrics.spendMinor, 0)
}

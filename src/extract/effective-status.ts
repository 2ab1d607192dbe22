import type { AdObjectKind } from '../model/ad-object.ts'

const CAMPAIGN = ['ACTIVE', 'PAUSED', 'DELETED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES'] as const
const ADSET = [...CAMPAIGN, 'CAMPAIGN_PAUSED'] as const

/**
 * Every effective status of a kind. Without a filter the API leaves out archived and deleted objects; with
 * a status that belongs to another kind it refuses the call.
 */
export const EFFECTIVE_STATUSES = {
  campaign: CAMPAIGN,
  adset: ADSET,
  ad: [...ADSET, 'ADSET_PAUSED', 'DISAPPROVED', 'PENDING_BILLING_INFO', 'PENDING_REVIEW', 'PREAPPROVED'],
} as const satisfies Record<AdObjectKind, readonly string[]>

import type { WorldAd, WorldAdset, WorldCampaign, WorldObject } from './world-objects.ts'

/** What the API shows: the owner's own status under what the parents impose. */
export function effectiveStatus(object: WorldObject): string {
  switch (object.kind) {
    case 'campaign':
      return object.status
    case 'adset':
      return (
        gone(object, object.campaign) ?? ownOr(object, [[object.campaign, 'CAMPAIGN_PAUSED']]) ?? 'ACTIVE'
      )
    case 'ad': {
      const { adset } = object
      const pausedBy = [
        [adset.campaign, 'CAMPAIGN_PAUSED'],
        [adset, 'ADSET_PAUSED'],
      ] as const
      return gone(object, adset, adset.campaign) ?? ownOr(object, pausedBy) ?? reviewed(object)
    }
    default:
      return object satisfies never
  }
}

/** Every status that the API can show for the kind, in the order of its messages. */
export const EFFECTIVE_STATUSES = {
  campaign: ['ACTIVE', 'ARCHIVED', 'DELETED', 'IN_PROCESS', 'PAUSED', 'WITH_ISSUES'],
  adset: ['ACTIVE', 'ARCHIVED', 'CAMPAIGN_PAUSED', 'DELETED', 'IN_PROCESS', 'PAUSED', 'WITH_ISSUES'],
  ad: [
    'ACTIVE',
    'ADSET_PAUSED',
    'ARCHIVED',
    'CAMPAIGN_PAUSED',
    'DELETED',
    'DISAPPROVED',
    'IN_PROCESS',
    'PAUSED',
    'PENDING_BILLING_INFO',
    'PENDING_REVIEW',
    'PREAPPROVED',
    'WITH_ISSUES',
  ],
} as const satisfies Record<WorldObject['kind'], readonly string[]>

function gone(...chain: readonly WorldObject[]): string | null {
  return ['DELETED', 'ARCHIVED'].find((status) => chain.some((object) => object.status === status)) ?? null
}

function ownOr(
  object: WorldObject,
  parents: readonly (readonly [WorldCampaign | WorldAdset, string])[],
): string | null {
  if (object.status === 'PAUSED') return 'PAUSED'
  return parents.find(([parent]) => parent.status === 'PAUSED')?.[1] ?? null
}

function reviewed(ad: WorldAd): string {
  return ad.review === 'APPROVED' ? 'ACTIVE' : ad.review
}

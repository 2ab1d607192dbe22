import type { ObjectId } from '../model/object-id.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest } from '../model/slice.ts'
import { EFFECTIVE_STATUSES } from './effective-status.ts'
import type { InsightsCall } from './report-run.ts'

/** Which of the account's campaigns are asked for. */
export interface CampaignFilter {
  readonly operator: 'IN' | 'NOT_IN'
  readonly ids: readonly ObjectId[]
}

/** A row for each ad, day and breakdown value, archived and deleted ads included; null stands for all campaigns. */
export function toInsightsCall(
  request: InsightsRequest,
  fields: readonly string[],
  campaigns: CampaignFilter | null,
): InsightsCall {
  const { accountId, report, since, until } = request
  const { breakdowns, windows } = REPORTS[report]
  return {
    accountId,
    request,
    path: `act_${accountId}/insights`,
    params: {
      level: 'ad',
      fields: fields.join(','),
      // Both ends are included, in the time zone of the account.
      time_range: { since, until },
      time_increment: 1,
      ...(breakdowns.length > 0 && { breakdowns }),
      // More of them would split the actions into other counts than the Ads Manager's.
      action_breakdowns: ['action_type'],
      ...(windows.length > 0 && { action_attribution_windows: windows }),
      filtering: [
        { field: 'ad.effective_status', operator: 'IN', value: EFFECTIVE_STATUSES.ad },
        ...(campaigns === null
          ? []
          : [{ field: 'campaign.id', operator: campaigns.operator, value: campaigns.ids }]),
      ],
    },
  }
}

/** A row for each campaign that has any figures in the request's days, archived and deleted ones included. */
export function toCampaignsCall(request: InsightsRequest): InsightsCall {
  const { accountId, since, until } = request
  return {
    accountId,
    request,
    path: `act_${accountId}/insights`,
    params: {
      level: 'campaign',
      fields: 'campaign_id',
      time_range: { since, until },
      filtering: [{ field: 'campaign.effective_status', operator: 'IN', value: EFFECTIVE_STATUSES.campaign }],
    },
  }
}

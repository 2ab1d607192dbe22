import type { SimulatedCall } from './call.ts'

/** What the usage headers say: percent of each limit, 100 and more is throttled. */
export interface UsageLevels {
  readonly appPercent: number
  readonly accountPercent: number
  readonly resetSeconds: number
  /** By type: the entries of the business use case header. */
  readonly businessPercents: Readonly<Record<string, number>>
  /** By type, for those at 100 percent and more. */
  readonly regainMinutes: Readonly<Record<string, number>>
  readonly insightsAppPercent: number
  readonly insightsAccountPercent: number
  readonly tier: 'development_access' | 'standard_access'
}

export const QUIET_USAGE: UsageLevels = {
  appPercent: 3,
  accountPercent: 1.25,
  resetSeconds: 0,
  businessPercents: { ads_management: 1, ads_insights: 2 },
  regainMinutes: {},
  insightsAppPercent: 0.8,
  insightsAccountPercent: 1.4,
  tier: 'standard_access',
}

/** The headers of an answer; `accountId` (without `act_`) is null for calls that concern no account. */
export function usageHeaders(
  call: SimulatedCall,
  accountId: string | null,
  levels: UsageLevels,
): Record<string, string> {
  const { appPercent, tier } = levels
  const headers: Record<string, string> = {
    'x-app-usage': JSON.stringify({
      call_count: appPercent,
      total_time: appPercent,
      total_cputime: appPercent,
    }),
  }
  if (accountId === null) return headers
  headers['x-ad-account-usage'] = JSON.stringify({
    acc_id_util_pct: levels.accountPercent,
    reset_time_duration: levels.resetSeconds,
    ads_api_access_tier: tier,
  })
  headers['x-business-use-case-usage'] = JSON.stringify({
    [accountId]: Object.entries(levels.businessPercents).map(([type, percent]) => ({
      type,
      call_count: percent,
      total_cputime: Math.floor(percent / 4),
      total_time: Math.floor(percent / 3),
      estimated_time_to_regain_access: percent >= 100 ? (levels.regainMinutes[type] ?? 0) : 0,
      ads_api_access_tier: tier,
    })),
  })
  if (call.edge === 'insights') {
    headers['x-fb-ads-insights-throttle'] = JSON.stringify({
      app_id_util_pct: levels.insightsAppPercent,
      acc_id_util_pct: levels.insightsAccountPercent,
      ads_api_access_tier: tier,
    })
  }
  return headers
}

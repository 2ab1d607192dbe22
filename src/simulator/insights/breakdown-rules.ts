import { invalidParameter } from '../graph/graph-failure.ts'

const HOURLY = 'hourly_stats_aggregated_by_advertiser_time_zone'
const HOURLY_AUDIENCE = 'hourly_stats_aggregated_by_audience_time_zone'

/** The sets that may be combined with these action breakdowns; in Meta's list they bear a star. */
const STAR_ACTIONS = ['action_type', 'action_target_id', 'action_destination']
const STARRED = [
  'age',
  'gender',
  'age,gender',
  'country',
  'region',
  'country,region',
  'publisher_platform',
  'impression_device,publisher_platform',
  'platform_position,publisher_platform',
  'impression_device,platform_position,publisher_platform',
  'device_platform',
  'device_platform,publisher_platform',
  'device_platform,platform_position,publisher_platform',
  'product_id',
  HOURLY,
  HOURLY_AUDIENCE,
  'app_id,skan_conversion_id',
]

/** The sets that `action_device` may be combined with besides. */
const WITH_DEVICE = [
  'impression_device',
  'publisher_platform',
  'impression_device,publisher_platform',
  'platform_position,publisher_platform',
  'impression_device,platform_position,publisher_platform',
]

/**
 * Throws the #100 that lists the columns in alphabetical order, the implicit `action_type` among them,
 * unless Meta's list has the combination. `asksForActions`: a field of actions is requested.
 */
export function checkBreakdowns(
  breakdowns: readonly string[],
  actionBreakdowns: readonly string[],
  asksForActions: boolean,
): void {
  if (breakdowns.length === 0) return
  const key = breakdowns.toSorted().join(',')
  const actions = asksForActions ? actionBreakdowns : []
  const isStarred = STARRED.includes(key) && actions.every((name) => STAR_ACTIONS.includes(name))
  const isWithDevice =
    WITH_DEVICE.includes(key) && actions.includes('action_device') && actions.every(isDeviceOrType)
  if (isStarred || isWithDevice) return
  const columns = [...new Set([...breakdowns, ...actions])].sort().join(', ')
  throw invalidParameter(`Current combination of data breakdown columns (${columns}) is invalid`)
}

function isDeviceOrType(name: string): boolean {
  return name === 'action_device' || name === 'action_type'
}

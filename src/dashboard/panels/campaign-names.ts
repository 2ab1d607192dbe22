import { isObjectId } from '../../model/object-id.ts'
import { matches, toSearch } from '../name-search.ts'
import type { Panel } from '../panel.ts'
import { raw, sql } from '../sql.ts'

export interface CampaignName {
  readonly id: string
  readonly name: string
}

const MOST = 50

/** Campaigns whose name or id holds `find`, those of `chosen` first; active ones before others. */
export const campaignNames: Panel<readonly CampaignName[]> = async ({ scope, params, reader }) => {
  const find = toSearch(params.get('find'))
  const chosen = (params.get('chosen') ?? '').split(',').filter(isObjectId)
  const rows = await reader.read(sql`
    SELECT campaign_id AS id, coalesce(name, 'Unknown Campaign') AS name
    FROM dim_campaign
    WHERE account_id = ANY(${scope.accounts.map(({ id }) => id)}::bigint[])
      AND (campaign_id = ANY(${chosen}::bigint[]) OR ${matches(find, raw('name'), raw('campaign_id'))})
    ORDER BY campaign_id = ANY(${chosen}::bigint[]) DESC, effective_status = 'ACTIVE' DESC NULLS LAST, name, campaign_id
    LIMIT ${MOST}`)
  return rows as unknown as CampaignName[]
}

import { AD_OBJECT_KINDS, type AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS, type SeenAd } from '../model/dimension.ts'
import { type ObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import { KnownMembers, namelessOf, nameOf } from './known-members.ts'
import type { Session } from './session.ts'
import { storableText } from './storable-text.ts'

/** The status of a member that is known from facts, or from its children, alone. */
export const INFERRED_STATUS = 'UNKNOWN'

/**
 * Makes members of what `seen` names and the dimensions lack: real ids, status UNKNOWN, and the name that was
 * seen, or `Unknown Campaign`, `Unknown Ad Set`, `Unknown Ad`. An inferred member that has no name yet gets one.
 * The id 0 stands for "none". Parents come first and rows go by their key, so that two loads never wait for each
 * other crosswise. Nothing is asked for what is `known`.
 */
export async function inferMembers(
  session: Session,
  accountId: ObjectId,
  seen: readonly SeenAd[],
  nowMs: number,
  known: KnownMembers = new KnownMembers(),
): Promise<void> {
  const now = new Date(nowMs).toISOString()
  if (!known.hasAccount)
    await session.query(
      `INSERT INTO dim_account (account_id, name, account_status, updated_at)
       SELECT $1::bigint, 'Unknown Account', '${INFERRED_STATUS}', $2::timestamptz
        WHERE $1::bigint NOT IN (SELECT account_id FROM dim_account)
       ON CONFLICT (account_id) DO NOTHING`,
      [accountId, now],
    )
  for (const kind of AD_OBJECT_KINDS) {
    const news = seen.filter((ad) => !known.has(kind, ad))
    const members = membersOf(kind, news)
    if (members.length === 0) continue
    await session.query(INFER[kind], [accountId, now, JSON.stringify(members)])
  }
}

/** The keys of parents, a column each, besides the account's. */
const PARENTS = {
  campaign: [],
  adset: ['campaign_id'],
  ad: ['campaign_id', 'adset_id'],
} as const satisfies Record<AdObjectKind, readonly string[]>

const INFER: Readonly<Record<AdObjectKind, string>> = {
  campaign: toSql('campaign'),
  adset: toSql('adset'),
  ad: toSql('ad'),
}

function toSql(kind: AdObjectKind): string {
  const { table, key } = DIMENSIONS[kind]
  const nameless = namelessOf(kind)
  const ids = [key, ...PARENTS[kind]]
  // What is there is left out beforehand: ON CONFLICT would lock, and so write, every row that it leaves alone.
  return `
    INSERT INTO ${table} AS d (account_id, ${ids.join(', ')}, name, status, effective_status, updated_at)
    SELECT $1::bigint, ${ids.map((id) => `s.${id}`).join(', ')}, coalesce(s.name, '${nameless}'),
           '${INFERRED_STATUS}', '${INFERRED_STATUS}', $2::timestamptz
      FROM json_to_recordset($3::json) AS s (${ids.map((id) => `${id} bigint`).join(', ')}, name text)
      LEFT JOIN ${table} t ON t.${key} = s.${key}
     WHERE t.${key} IS NULL
        OR (t.status = '${INFERRED_STATUS}' AND t.name = '${nameless}' AND s.name <> '${nameless}')
     ORDER BY s.${key}
    ON CONFLICT (${key}) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at
     WHERE d.status = '${INFERRED_STATUS}' AND d.name = '${nameless}' AND excluded.name <> '${nameless}'`
}

type Member = Record<string, string | null>

/** One member for each id; a name wins over none. */
function membersOf(kind: AdObjectKind, seen: readonly SeenAd[]): Member[] {
  const members = new Map<string, Member>()
  for (const ad of seen) {
    const member = toMember(kind, ad)
    const id = member[DIMENSIONS[kind].key]
    if (!id || id === UNKNOWN_ID) continue
    const known = members.get(id)
    if (known === undefined || known.name === null) members.set(id, member)
  }
  return [...members.values()]
}

function toMember(kind: AdObjectKind, ad: SeenAd): Member {
  const ids = { campaign_id: ad.campaignId, adset_id: ad.adsetId, ad_id: ad.adId }
  const name = nameOf(kind, ad)
  return { ...ids, name: name === null ? null : storableText(name) }
}

import { type ObjectId, toObjectId } from './object-id.ts'

/** The kinds of object whose metadata come from the object API, parents first. */
export const AD_OBJECT_KINDS = ['campaign', 'adset', 'ad'] as const
export type AdObjectKind = (typeof AD_OBJECT_KINDS)[number]

/** How people call the kinds, in messages and in the names of inferred members. */
export const AD_OBJECT_LABELS = {
  campaign: 'Campaign',
  adset: 'Ad Set',
  ad: 'Ad',
} as const satisfies Record<AdObjectKind, string>

/** One object as the API sends it (ids and money are text, absent fields are absent). */
export type AdObjectRecord = Readonly<Record<string, unknown>>

/** The ad account that its own record is about; null when that does not say, not clearly, or says two. */
export function accountIdOf({ account_id, id }: AdObjectRecord): ObjectId | null {
  const said = [account_id, typeof id === 'string' ? id.replace(/^act_/, '') : id]
  const ids = new Set(said.filter((value) => value !== undefined && value !== null).map(toObjectId))
  const [accountId = null] = ids
  return ids.size === 1 ? accountId : null
}

/** An ad account as the rest of the program needs it. */
export interface AdAccount {
  readonly accountId: ObjectId
  readonly name: string
  readonly currency: string
  /** IANA name, e.g. `America/Los_Angeles`. */
  readonly timeZone: string
  /** The name of the API's number: ACTIVE, DISABLED, … */
  readonly status: string
  /** As sent, or null. */
  readonly createdTime: string | null
}

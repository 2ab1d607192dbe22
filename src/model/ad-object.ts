import type { ObjectId } from './object-id.ts'

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

import { ATTRIBUTION_WINDOWS, KEY_FIELDS, REPORTS, VIDEO_FIELDS } from './report.ts'

/** Fields whose values are texts of few kinds: they tell rows apart, or name what they belong to. */
export const TEXT_FIELDS = [
  ...KEY_FIELDS,
  'date_start',
  'date_stop',
  'campaign_name',
  'adset_name',
  'ad_name',
  ...new Set(Object.values(REPORTS).flatMap(({ breakdowns }): readonly string[] => breakdowns)),
] as const

/** Fields that hold a whole number. */
export const COUNT_FIELDS = ['impressions', 'clicks', 'inline_link_clicks', 'reach'] as const

/** Fields that hold a number that may have a fraction. */
export const AMOUNT_FIELDS = ['spend', 'frequency'] as const

/** Fields that hold a list of `{action_type, value, [window]: …}`. */
export const LIST_FIELDS = ['actions', 'action_values', 'outbound_clicks', ...VIDEO_FIELDS] as const

/** The numbers of an item of such a list. */
export const ITEM_NUMBERS = ['value', ...ATTRIBUTION_WINDOWS] as const

export type CountField = (typeof COUNT_FIELDS)[number]
export type AmountField = (typeof AMOUNT_FIELDS)[number]
export type ListField = (typeof LIST_FIELDS)[number]

/** All that is read of an insights record. The place of a field in this list is its slot. */
export const READ_FIELDS: readonly string[] = [
  ...TEXT_FIELDS,
  ...COUNT_FIELDS,
  ...AMOUNT_FIELDS,
  ...LIST_FIELDS,
]

export const FIRST_COUNT = TEXT_FIELDS.length
export const FIRST_AMOUNT = FIRST_COUNT + COUNT_FIELDS.length
export const FIRST_LIST = FIRST_AMOUNT + AMOUNT_FIELDS.length

/** The slot of a field that is read. Throws RangeError on another one. */
export function slotOf(field: string): number {
  const slot = READ_FIELDS.indexOf(field)
  if (slot < 0) throw new RangeError(`"${field}" is not read of insights records`)
  return slot
}

/**
 * Of a text that tells rows apart. Members are found by an index, which takes 2,704 bytes; a character has up to six
 * in another case.
 */
export const MAX_MEMBER_LENGTH = 250

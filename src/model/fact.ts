/**
 * The fact tables as data: from this one list come the rows' types, the COPY columns and the merge
 * statements. `sql/` declares the same columns; a test holds the two together.
 */

/**
 * How a measure combines when several source rows fall on one key:
 * `count` and `amount` are added (bigint and numeric), absent is 0;
 * `unique` (reach, frequency) is not additive: absent is NULL, and several rows make NULL.
 */
export type MeasureKind = 'count' | 'amount' | 'unique'

/** The candidates of the click cascade in its order, by the value of `click_source`. */
export const CLICK_SOURCES = ['inline_link_clicks', 'link_clicks', 'outbound_clicks', 'clicks_all'] as const
export type ClickSource = (typeof CLICK_SOURCES)[number]

/** Dimensions whose members are found by their text; facts hold the id. */
export const LOOKUPS = ['age_group', 'gender', 'country', 'action_type'] as const
export type Lookup = (typeof LOOKUPS)[number]

interface FactTable {
  /** The lookups in the primary key, after account_id, date_id, ad_id. */
  readonly lookups: readonly Lookup[]
  /** The measures that a staged row carries, in the order of its columns. */
  readonly measures: Readonly<Record<string, MeasureKind>>
  /**
   * The measures that exist only while staging: candidates of the click cascade which the table does
   * not keep. Null: the table has no `clicks` and `click_source`.
   */
  readonly candidates: readonly ClickSource[] | null
}

const BREAKDOWN_MEASURES = {
  spend: 'amount',
  impressions: 'count',
  clicks_all: 'count',
  inline_link_clicks: 'count',
  link_clicks: 'amount',
  outbound_clicks: 'amount',
  reach: 'unique',
  purchases: 'amount',
  purchase_value: 'amount',
  leads: 'amount',
  add_to_cart: 'amount',
} as const satisfies Record<string, MeasureKind>

export const FACT_TABLES = {
  fact_core_metrics: {
    lookups: [],
    candidates: [],
    measures: {
      ...BREAKDOWN_MEASURES,
      frequency: 'unique',
      landing_page_views: 'amount',
      add_to_cart_value: 'amount',
      initiate_checkout: 'amount',
      video_plays: 'amount',
      video_views: 'amount',
      video_p25: 'amount',
      video_p50: 'amount',
      video_p75: 'amount',
      video_p95: 'amount',
      video_p100: 'amount',
      video_thruplays: 'amount',
    },
  },
  fact_age_gender_metrics: {
    lookups: ['age_group', 'gender'],
    candidates: ['link_clicks'],
    measures: BREAKDOWN_MEASURES,
  },
  fact_country_metrics: {
    lookups: ['country'],
    candidates: ['link_clicks'],
    measures: BREAKDOWN_MEASURES,
  },
  fact_action_metrics: {
    lookups: ['action_type'],
    candidates: null,
    measures: {
      action_count: 'amount',
      action_value: 'amount',
      count_1d_click: 'amount',
      count_7d_click: 'amount',
      count_1d_view: 'amount',
    },
  },
} as const satisfies Record<string, FactTable>

export type FactTableName = keyof typeof FACT_TABLES
export const FACT_TABLE_NAMES = Object.keys(FACT_TABLES) as FactTableName[]

type KeyColumn = 'account_id' | 'date_id' | 'ad_id' | 'campaign_id' | 'adset_id'

/** What all rows of one record share; `'0'` stands for what is unknown. */
export type FactKey = Readonly<Record<KeyColumn, string>>

/**
 * One row on its way to `table`, all values as text. Ids that are unknown are `'0'`; a lookup's value is
 * its text, null for the unknown member; an absent additive measure is `'0'`, an absent unique one null.
 */
export type FactRow<T extends FactTableName = FactTableName> = T extends FactTableName
  ? { readonly table: T } & FactKey &
      Readonly<Record<(typeof FACT_TABLES)[T]['lookups'][number], string | null>> &
      Readonly<Record<keyof (typeof FACT_TABLES)[T]['measures'], string | null>>
  : never

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { CLICK_SOURCES, type ClickSource, type FactRow } from '../../src/model/fact.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { RecordPage } from '../../src/model/record-page.ts'
import type { ReportName } from '../../src/model/report.ts'
import { createInsightTransform } from '../../src/transform/insight-transform.ts'
import { answerOf, decoded, pageOf, scanned } from '../support/answers.ts'
import { rowsOf } from '../support/fact-rows.ts'

const DAY = '2026-03-01'
const NEXT = '2026-03-02'

function run(records: readonly InsightRecord[], report: ReportName = 'core') {
  // Whatever is read of records where they are, is what is read of them decoded.
  const bytes = answerOf(records)
  expect(byTable(transformed(pageOf(scanned(bytes)), report))).toEqual(
    byTable(transformed(pageOf(decoded(bytes)), report)),
  )
  return transformed(new RecordPage(records), report)
}

/** The rows of each table in their order. */
function byTable<T extends { rows: readonly FactRow[] }>({ rows, ...others }: T) {
  return { ...others, rows: Map.groupBy(rows, ({ table }) => table) }
}

function transformed(page: RecordPage, report: ReportName) {
  const transform = createInsightTransform({
    accountId: parseAccountId('act_1010035716096012'),
    report,
    since: parseCalendarDate(DAY),
    until: parseCalendarDate(NEXT),
  })
  const rows = rowsOf(transform.transform(page))
  return { rows, ...transform.outcome() }
}

function record(fields: InsightRecord = {}): InsightRecord {
  return {
    account_id: '1010035716096012',
    campaign_id: '120213328950940104',
    adset_id: '120213328950940105',
    ad_id: '120213328950940106',
    date_start: DAY,
    date_stop: DAY,
    ...fields,
  }
}

const actions = (counts: Record<string, string>) =>
  Object.entries(counts).map(([action_type, value]) => ({ action_type, value }))

function coreRow(fields: InsightRecord) {
  const row = run([record(fields)]).rows.find((candidate) => candidate.table === 'fact_core_metrics')
  if (row?.table !== 'fact_core_metrics') throw new Error('the record made no core row')
  return row
}

/** What a record must carry for each candidate of the cascade. */
const CARRYING: Record<ClickSource, (count: string) => InsightRecord> = {
  inline_link_clicks: (count) => ({ inline_link_clicks: count }),
  link_clicks: (count) => ({ actions: actions({ link_click: count }) }),
  outbound_clicks: (count) => ({ outbound_clicks: actions({ outbound_click: count }) }),
  clicks_all: (count) => ({ clicks: count }),
}

describe('the click cascade', () => {
  const cases: [string, InsightRecord[], ClickSource | undefined][] = [
    ['nothing carried', [record({ impressions: '9' })], undefined],
    ['all clicks alone', [record({ clicks: '4' })], 'clicks_all'],
    ['outbound before all', [record({ clicks: '4', ...CARRYING.outbound_clicks('2') })], 'outbound_clicks'],
    [
      'link before outbound',
      [record({ ...CARRYING.outbound_clicks('2'), ...CARRYING.link_clicks('3') })],
      'link_clicks',
    ],
    [
      'inline before link',
      [record({ ...CARRYING.link_clicks('3'), inline_link_clicks: '1' })],
      'inline_link_clicks',
    ],
    [
      'a carried 0 counts as carried',
      [record({ clicks: '4', inline_link_clicks: '0' })],
      'inline_link_clicks',
    ],
    [
      'another row of the day carries it',
      [record({ clicks: '4' }), record({ ad_id: '7', inline_link_clicks: '1' })],
      'inline_link_clicks',
    ],
    [
      'the row that carries it comes first',
      [record({ inline_link_clicks: '1' }), record({ ad_id: '7', clicks: '4' })],
      'inline_link_clicks',
    ],
    [
      'actions without link_click carry none',
      [record({ clicks: '4', actions: actions({ post: '1' }) })],
      'clicks_all',
    ],
    ['an empty list carries none', [record({ clicks: '4', actions: [], outbound_clicks: [] })], 'clicks_all'],
    [
      'a rejected row does not choose',
      [record({ clicks: '4' }), record({ ad_id: '7', inline_link_clicks: 'x' })],
      'clicks_all',
    ],
    [
      'another day does not choose',
      [record({ clicks: '4' }), record({ date_start: NEXT, date_stop: NEXT, inline_link_clicks: '1' })],
      'clicks_all',
    ],
  ]
  it.each(cases)('%s', (_, records, expected) => {
    expect(run(records).clickSources.get(parseCalendarDate(DAY))).toBe(expected)
  })

  it('takes the first source that any row of the day carries, in whatever order the rows come', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray([...CLICK_SOURCES]), { maxLength: 8 }), (carried) => {
        const records = carried.map((sources, i) =>
          record({ ad_id: String(i + 1), ...Object.assign({}, ...sources.map((s) => CARRYING[s]('1'))) }),
        )
        const expected = CLICK_SOURCES.find((source) => carried.some((sources) => sources.includes(source)))
        expect(run(records).clickSources.get(parseCalendarDate(DAY))).toBe(expected)
      }),
    )
  })
})

describe('conversions', () => {
  const seven = actions({
    purchase: '10',
    omni_purchase: '10',
    onsite_web_purchase: '10',
    onsite_web_app_purchase: '10',
    web_in_store_purchase: '10',
    web_app_in_store_purchase: '10',
    'offsite_conversion.fb_pixel_purchase': '10',
  })

  it('counts a purchase once, whatever the number of its aliases', () => {
    expect(coreRow({ actions: seven })).toMatchObject({ purchases: '10' })
  })

  it('reads count and value from the same type, though another alias has another value', () => {
    const row = coreRow({
      actions: actions({ purchase: '9', 'offsite_conversion.fb_pixel_purchase': '8' }),
      action_values: actions({ omni_purchase: '1.57', purchase: '15742.14' }),
    })
    expect(row).toMatchObject({ purchases: '9', purchase_value: '15742.14' })
  })

  it('has a value of 0 where the chosen type has none', () => {
    const row = coreRow({
      actions: actions({ omni_purchase: '2' }),
      action_values: actions({ purchase: '5' }),
    })
    expect(row).toMatchObject({ purchases: '2', purchase_value: '0' })
  })

  it.each([
    ['omni_purchase', 'purchases'],
    ['purchase', 'purchases'],
    ['offsite_conversion.fb_pixel_purchase', 'purchases'],
    ['onsite_conversion.purchase', 'purchases'],
    ['app_custom_event.fb_mobile_purchase', 'purchases'],
    ['lead', 'leads'],
    ['onsite_conversion.lead_grouped', 'leads'],
    ['offsite_conversion.fb_pixel_lead', 'leads'],
    ['omni_add_to_cart', 'add_to_cart'],
    ['add_to_cart', 'add_to_cart'],
    ['offsite_conversion.fb_pixel_add_to_cart', 'add_to_cart'],
    ['omni_initiated_checkout', 'initiate_checkout'],
    ['initiate_checkout', 'initiate_checkout'],
    ['offsite_conversion.fb_pixel_initiate_checkout', 'initiate_checkout'],
    ['landing_page_view', 'landing_page_views'],
    ['omni_landing_page_view', 'landing_page_views'],
    ['video_view', 'video_views'],
    ['onsite_web_purchase', null],
  ] as const)('reads %s as %s', (type, measure) => {
    const row = coreRow({ actions: actions({ [type]: '3' }) })
    const measures = [
      'purchases',
      'leads',
      'add_to_cart',
      'initiate_checkout',
      'landing_page_views',
      'video_views',
    ] as const
    expect(measures.filter((name) => row[name] !== '0')).toEqual(measure === null ? [] : [measure])
  })

  it('keeps every alias and attribution window as a row of its own', () => {
    const { rows } = run([
      record({
        actions: [
          { action_type: 'omni_purchase', value: '10.5', '1d_click': '6', '7d_click': '9', '1d_view': '1' },
        ],
        action_values: actions({ omni_purchase: '99.95', purchase: '3' }),
      }),
    ])
    const kept = rows.filter((row) => row.table === 'fact_action_metrics')
    expect(kept).toMatchObject([
      {
        action_type: 'omni_purchase',
        action_count: '10.5',
        action_value: '99.95',
        count_1d_click: '6',
        count_7d_click: '9',
        count_1d_view: '1',
      },
      { action_type: 'purchase', action_count: '0', action_value: '3', count_1d_click: '0' },
    ])
  })
})

describe('types and nulls', () => {
  it('makes absent counters 0 and absent unique measures NULL', () => {
    expect(coreRow({})).toMatchObject({
      spend: '0',
      impressions: '0',
      video_p25: '0',
      reach: null,
      frequency: null,
    })
  })

  it('keeps every digit of money and ids', () => {
    expect(coreRow({ spend: '12345678901234567.89' })).toMatchObject({
      spend: '12345678901234567.89',
      ad_id: '120213328950940106',
      campaign_id: '120213328950940104',
    })
  })

  it('points at the unknown member where a record names no campaign or ad set', () => {
    const { campaign_id: _, adset_id: __, ...rest } = record()
    expect(run([rest]).rows[0]).toMatchObject({ campaign_id: '0', adset_id: '0' })
  })

  it.each(['', '0'])('points at the unknown member where the campaign is "%s"', (campaign_id) => {
    expect(run([record({ campaign_id })])).toMatchObject({ rows: [{ campaign_id: '0' }], rejects: [] })
  })

  it('has seen an ad with each parent that any of its rows names', () => {
    const { campaign_id: _, adset_id: __, ...orphan } = record()
    const seen = run([record(), { ...orphan, date_start: NEXT, date_stop: NEXT }]).seenAds
    expect(seen.map(({ adsetId }) => adsetId).toSorted()).toEqual(['0', '120213328950940105'])
  })

  it.each([
    ['Unknown', null],
    ['unknown', null],
    [undefined, null],
    ['65+', '65+'],
    ['a new one', 'a new one'],
  ])('reads the age %s as %s', (age, expected) => {
    expect(run([record({ age, gender: 'male' })], 'age_gender').rows[0]).toMatchObject({
      age_group: expected,
    })
  })

  it('reads video measures from their own fields', () => {
    const row = coreRow({
      video_play_actions: actions({ video_view: '50' }),
      video_p25_watched_actions: actions({ video_view: '40' }),
      video_p100_watched_actions: actions({ video_view: '3' }),
      video_thruplay_watched_actions: actions({ video_view: '9' }),
    })
    expect(row).toMatchObject({
      video_plays: '50',
      video_p25: '40',
      video_p100: '3',
      video_thruplays: '9',
      video_views: '0',
    })
  })
})

describe('a text that tells rows apart', () => {
  it('has 250 characters at most', () => {
    expect(run([record({ country: 'ß'.repeat(250) })], 'country').rejects).toEqual([])
    expect(run([record({ country: 'ß'.repeat(251) })], 'country').rejects).toMatchObject([
      { reason: expect.stringContaining('which is not a short text') },
    ])
  })
})

describe('a row that cannot be understood', () => {
  const { ad_id: _, ...withoutAd } = record()
  it.each([
    ['a metric that is no number', record({ spend: 'NaN' }), 'spend is "NaN"'],
    ['a count with a fraction', record({ impressions: '1.5' }), 'impressions is "1.5"'],
    ['a negative count', record({ clicks: '-1' }), 'clicks is "-1"'],
    ['a negative amount', record({ spend: '-0.01' }), 'spend is "-0.01"'],
    ['a negative count of actions', record({ actions: actions({ lead: '-1' }) }), 'value is "-1"'],
    ['a hexadecimal number', record({ spend: '0x1e' }), 'spend is "0x1e"'],
    ['a count that no sum could hold', record({ clicks: '9223372036854775807' }), 'clicks is "92233'],
    ['an action that is a list', record({ actions: [['1']] }), 'which has no action_type'],
    [
      'an action type longer than an index takes',
      record({ actions: actions({ ['x'.repeat(251)]: '1' }) }),
      'which is not a short text',
    ],
    ['a text that is empty', record({ reach: '' }), 'reach is ""'],
    ['a list that is none', record({ actions: 'link_click' }), 'actions is "link_click"'],
    ['an action without type', record({ actions: [{ value: '1' }] }), 'which has no action_type'],
    ['an action that is null', record({ actions: [null] }), 'which has no action_type'],
    [
      'an action whose value is none',
      record({ actions: actions({ lead: 'x' }) }),
      'actions of lead: value is "x"',
    ],
    ['no ad', withoutAd, 'ad_id is absent'],
    ['an ad id with a sign', record({ ad_id: '-5' }), 'ad_id is "-5"'],
    ['an ad id rounded by a double', record({ ad_id: 120213328950940100 * 10 }), 'ad_id is'],
    ['another account', record({ account_id: '5' }), 'account_id is 5, but 1010035716096012 was asked for'],
    ['the day before', record({ date_start: '2026-02-28', date_stop: '2026-02-28' }), 'was asked for'],
    ['the day after', record({ date_start: '2026-03-03', date_stop: '2026-03-03' }), 'was asked for'],
    ['two days in one', record({ date_stop: NEXT }), 'date_stop is "2026-03-02"'],
    ['no day', record({ date_start: 'today' }), 'date_start is "today"'],
  ])('%s is kept with its reason, and the rest loads', (_name, bad, reason) => {
    const good = record({ ad_id: '7', spend: '1' })
    const { rows, rejects, rowCounts, seenAds } = run([bad, good])
    expect(rows).toMatchObject([{ table: 'fact_core_metrics', ad_id: '7' }])
    expect(rejects).toEqual([{ reason: expect.stringContaining(reason), payload: bad, sourceRows: 1 }])
    expect([...rowCounts]).toEqual([[DAY, 1]])
    expect(seenAds.map((seen) => seen.adId)).toEqual(['7'])
  })

  it('is kept among the first thousand of a request, and counted beyond them', () => {
    const bad = (reach: number) => record({ reach: `about ${reach}` })
    const records = Array.from({ length: 3500 }, (_, index) => bad(index < 1500 ? 7 : index))
    const { rejects } = run(records)
    const rest = rejects.at(-1)
    expect(rejects).toHaveLength(1001)
    expect(rejects.slice(0, 1000).map(({ payload }) => payload)).toEqual(records.slice(0, 1000))
    expect(rejects.reduce((sum, { sourceRows }) => sum + sourceRows, 0)).toBe(3500)
    const counted = Object.entries(Object(rest?.payload))
    expect(counted).toHaveLength(101)
    expect(counted[0]).toEqual([expect.stringContaining('about 7'), 500])
    expect(counted.at(-1)).toEqual(['other reasons', 1901])
  })

  it('is counted without its payload once those that are kept are large', () => {
    const records = Array.from({ length: 40 }, () => record({ spend: 'x'.repeat(1024 * 1024) }))
    const { rejects } = run(records)
    expect(rejects.length).toBeLessThan(20)
    expect(rejects.reduce((sum, { sourceRows }) => sum + sourceRows, 0)).toBe(40)
  })

  it('keeps a value that was taken back', () => {
    const { rows, rejects } = run([record({ action_values: actions({ purchase: '-9.50' }) })])
    expect(rejects).toEqual([])
    expect(rows).toMatchObject([{ purchase_value: '-9.50' }, { action_value: '-9.50' }])
  })

  it('never throws, whatever the record holds: each is a row or a reject', () => {
    const anything = fc.dictionary(
      fc.constantFrom(
        'ad_id',
        'spend',
        'clicks',
        'actions',
        'age',
        'date_start',
        'video_play_actions',
        'ad_name',
      ),
      fc.oneof(fc.jsonValue(), fc.constant(undefined)),
    )
    fc.assert(
      fc.property(fc.array(anything.map(record), { maxLength: 5 }), (records) => {
        const { rows, rejects, rowCounts } = run(records)
        const core = rows.filter((row) => row.table === 'fact_core_metrics').length
        expect(core + rejects.length).toBe(records.length)
        expect([...rowCounts.values()].reduce((a, b) => a + b, 0)).toBe(core)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { toMajorUnits } from '../../src/simulator/insights/amount.ts'
import { EFFECTIVE_STATUSES, effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { DAY_MS, NOW, type Simulated, simulate } from './simulated.ts'

const ALL_STATUSES = [{ field: 'ad.effective_status', operator: 'IN', value: EFFECTIVE_STATUSES.ad }]
const DAY = parseCalendarDate('2026-10-20')
const ONE_DAY = { time_range: { since: DAY, until: DAY }, time_increment: '1' }

const insightsOf = ({ account }: Simulated) => `/act_${account.id}/insights`
const totalOf = (rows: readonly Record<string, string>[], field: string) =>
  rows.reduce((sum, row) => sum + Math.round(Number(row[field] ?? 0) * 100), 0)

describe('insights', () => {
  it('give at ad level what the world knows, as text, with only the fields that were asked for', async () => {
    const simulated = simulate()
    const rows = await simulated.all(insightsOf(simulated), {
      ...ONE_DAY,
      level: 'ad',
      fields:
        'account_id,campaign_id,adset_id,ad_id,ad_name,spend,impressions,inline_link_clicks,outbound_clicks',
      filtering: ALL_STATUSES,
      limit: '7',
    })
    const truth = simulated.world.insights(simulated.account.id, DAY, [], NOW)
    expect(rows.length).toBeGreaterThan(7)
    expect(rows).toEqual(
      truth.map(({ ad, metrics }) => ({
        account_id: simulated.account.id,
        campaign_id: ad.adset.campaign.id,
        adset_id: ad.adset.id,
        ad_id: ad.id,
        ad_name: JSON.parse(JSON.stringify(ad.name)),
        spend: toMajorUnits(metrics.spendMinor, 100),
        impressions: String(metrics.impressions),
        ...(metrics.inlineLinkClicks > 0 && { inline_link_clicks: String(metrics.inlineLinkClicks) }),
        ...(metrics.outboundClicks > 0 && {
          outbound_clicks: [{ action_type: 'outbound_click', value: String(metrics.outboundClicks) }],
        }),
        date_start: DAY,
        date_stop: DAY,
      })),
    )
    expect(rows.some((row) => row.inline_link_clicks === undefined)).toBe(true)
  })

  it('sum to the same at every level, archived and deleted ads included, for any world and days', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom([], ['age', 'gender'], ['country'], ['publisher_platform', 'platform_position']),
        async (seed, age, breakdowns) => {
          const simulated = simulate({ sizes: { seed, ads: 12, campaigns: 2, days: 50 } })
          const until = addDays(parseCalendarDate('2026-11-05'), -age)
          const range = { time_range: { since: addDays(until, -2), until }, time_increment: '1' }
          const sums = await Promise.all(
            ['ad', 'adset', 'campaign', 'account'].map(async (level) => {
              const filtering = [
                { ...ALL_STATUSES[0], field: `${level}.effective_status`, value: EFFECTIVE_STATUSES.ad },
              ]
              const rows = await simulated.all(insightsOf(simulated), {
                ...range,
                level,
                fields: 'spend,impressions,clicks',
                breakdowns: level === 'account' ? [] : breakdowns,
                filtering: level === 'account' ? [] : filtering,
                limit: '500',
              })
              return ['spend', 'impressions', 'clicks'].map((field) => totalOf(rows, field))
            }),
          )
          expect(sums).toEqual([sums[3], sums[3], sums[3], sums[3]])
        },
      ),
      { numRuns: 15 },
    )
  })

  it('leave archived and deleted ads out of a listing unless their status is asked for', async () => {
    const simulated = simulate({ sizes: { ads: 80 } })
    const ask = (filtering: unknown) =>
      simulated.all(insightsOf(simulated), {
        ...ONE_DAY,
        level: 'ad',
        fields: ['ad_id'],
        filtering,
        limit: '100',
      })
    const hidden = (id: string) => {
      const ad = simulated.world.object(id)
      return ad !== undefined && ['ARCHIVED', 'DELETED'].includes(effectiveStatus(ad))
    }
    const [listed, all] = [await ask([]), await ask(ALL_STATUSES)]
    expect(listed.some(({ ad_id }) => hidden(ad_id))).toBe(false)
    expect(listed).toEqual(all.filter(({ ad_id }) => !hidden(ad_id)))
    expect(all.length).toBeGreaterThan(listed.length)
    const gone = all.find(({ ad_id }) => hidden(ad_id))
    expect(await simulated.all(`/${gone.ad_id}/insights`, { ...ONE_DAY, fields: ['ad_id'] })).toEqual([gone])
  })

  it('come in pages of 25 whose cursors are offsets, linked with the token until the last', async () => {
    const simulated = simulate({ sizes: { ads: 150 } })
    const params = { ...ONE_DAY, level: 'ad', fields: 'ad_id' }
    const first = await simulated.get(insightsOf(simulated), params)
    expect(first.body.data).toHaveLength(25)
    expect(first.body.paging.cursors).toEqual({ before: 'MAZDZD', after: 'MjQZD' })
    expect(first.body.paging.previous).toBeUndefined()
    expect(new URL(first.body.paging.next).searchParams.get('access_token')).toBe('TOKEN')
    const second = await simulated.get(insightsOf(simulated), { ...params, after: 'MjQZD' })
    expect(second.body.paging.previous).toContain('before=MjUZD')
    const back = await simulated.get(insightsOf(simulated), {
      ...params,
      before: second.body.paging.cursors.before,
    })
    expect(back.body.data).toEqual(first.body.data)
    const last = await simulated.get(insightsOf(simulated), { ...params, limit: '500' })
    expect(last.body.paging.next).toBeUndefined()
    expect(last.body.paging.cursors.after).toBeDefined()
  })

  it('are an empty list and nothing else where there is no delivery', async () => {
    const simulated = simulate()
    const none = await simulated.get(insightsOf(simulated), {
      level: 'ad',
      time_range: { since: '2025-01-01', until: '2025-01-05' },
    })
    expect(none.text).toBe('{"data":[]}')
    const unsold = await simulated.get(insightsOf(simulated), { level: 'ad', breakdowns: 'product_id' })
    expect(unsold.text).toBe('{"data":[]}')
  })

  it('default to impressions and spend of the last 30 days, yesterday the last, at the level of the node', async () => {
    const simulated = simulate()
    const { body } = await simulated.get(insightsOf(simulated))
    expect(body.data).toEqual([
      {
        impressions: expect.stringMatching(/^\d+$/),
        spend: expect.stringMatching(/^\d+(\.\d+)?$/),
        date_start: '2026-10-06',
        date_stop: '2026-11-04',
      },
    ])
  })

  it('cut the days by time_increment, and take time_ranges as they are', async () => {
    const simulated = simulate()
    const datesOf = async (params: Record<string, unknown>) => {
      const rows = await simulated.all(insightsOf(simulated), { fields: 'spend', ...params })
      return rows.map((row) => `${row.date_start}..${row.date_stop}`)
    }
    const time_range = { since: '2026-09-28', until: '2026-10-05' }
    expect(await datesOf({ time_range, time_increment: 7 })).toEqual([
      '2026-09-28..2026-10-04',
      '2026-10-05..2026-10-05',
    ])
    expect(await datesOf({ time_range, time_increment: 'monthly' })).toEqual([
      '2026-09-28..2026-09-30',
      '2026-10-01..2026-10-05',
    ])
    expect(await datesOf({ time_ranges: [time_range, time_range], time_increment: 1 })).toEqual([
      '2026-09-28..2026-10-05',
      '2026-09-28..2026-10-05',
    ])
  })

  it('know the same action under all its names, one of which may disagree in value', async () => {
    const simulated = simulate()
    const [row] = await simulated.all(insightsOf(simulated), {
      fields: 'actions,action_values,purchase_roas,spend',
    })
    const counts = new Map(row.actions.map((item: Record<string, string>) => [item.action_type, item.value]))
    const values = new Map(
      row.action_values.map((item: Record<string, string>) => [item.action_type, item.value]),
    )
    expect(Number(counts.get('omni_purchase'))).toBeGreaterThan(0)
    for (const alias of ['purchase', 'offsite_conversion.fb_pixel_purchase', 'web_in_store_purchase']) {
      expect(counts.get(alias)).toBe(counts.get('omni_purchase'))
      expect(values.get(alias)).toBe(values.get('omni_purchase'))
    }
    expect(counts.get('web_app_in_store_purchase')).toBe(counts.get('omni_purchase'))
    expect(Number(values.get('web_app_in_store_purchase'))).toBeLessThan(
      Number(values.get('omni_purchase')) / 1000,
    )
    expect(Number(row.purchase_roas[0].value)).toBeCloseTo(
      Number(values.get('omni_purchase')) / Number(row.spend),
      5,
    )
  })

  it('add the attribution windows that were asked for; they make up the value, and the dead ones say nothing', async () => {
    const simulated = simulate({ sizes: { ads: 200 } })
    const [row] = await simulated.all(insightsOf(simulated), {
      fields: 'actions',
      action_attribution_windows: ['1d_click', '7d_click', '1d_view', '7d_view', '28d_view', 'default'],
    })
    const purchase = row.actions.find((item: Record<string, string>) => item.action_type === 'omni_purchase')
    expect(Number(purchase['7d_click']) + Number(purchase['1d_view'])).toBe(Number(purchase.value))
    expect(Number(purchase['1d_click'])).toBeLessThanOrEqual(Number(purchase['7d_click']))
    expect(Object.keys(purchase)).toEqual(['action_type', 'value', '1d_click', '7d_click', '1d_view'])
    const clicks = row.actions.find((item: Record<string, string>) => item.action_type === 'link_click')
    expect(clicks['1d_view']).toBeUndefined()
  })

  it('split actions further when they are broken down by more than their type', async () => {
    const simulated = simulate()
    const ask = async (action_breakdowns: string[]) => {
      const [row] = await simulated.all(insightsOf(simulated), { fields: 'actions', action_breakdowns })
      return row.actions.filter((item: Record<string, string>) => item.action_type === 'link_click')
    }
    const [whole] = await ask(['action_type'])
    const parts = await ask(['action_type', 'action_destination'])
    expect(parts).toHaveLength(2)
    expect(Number(parts[0].value) + Number(parts[1].value)).toBe(Number(whole.value))
  })

  it('bring the columns of their breakdowns, some of them missing or unknown', async () => {
    const simulated = simulate({ sizes: { ads: 100 } })
    const params = { ...ONE_DAY, level: 'ad', fields: 'ad_id,impressions', limit: '5000' }
    const people = await simulated.all(insightsOf(simulated), { ...params, breakdowns: 'age,gender' })
    expect(new Set(people.map(({ age }) => age))).toContain('25-34')
    expect(people.some((row) => !('age' in row) && !('gender' in row))).toBe(true)
    expect(people.some((row) => row.age === 'Unknown' && row.gender === 'unknown')).toBe(true)
    const places = await simulated.all(insightsOf(simulated), { ...params, breakdowns: ['country'] })
    expect(new Set(places.map(({ country }) => country))).toEqual(
      new Set(['US', 'CA', 'MX', 'GB', 'unknown', undefined]),
    )
  })

  it('have no reach by hour, no purchases by region, and no reach of broken-down days 13 months ago', async () => {
    const simulated = simulate({ sizes: { days: 500 } })
    const ask = async (params: Record<string, unknown>) => {
      const rows = await simulated.all(insightsOf(simulated), {
        fields: 'reach,frequency,impressions,actions,video_p25_watched_actions',
        limit: '500',
        ...params,
      })
      const keys = new Set(rows.flatMap((row) => Object.keys(row)))
      const types = new Set(
        rows.flatMap((row) => (row.actions ?? []).map((item: Record<string, string>) => item.action_type)),
      )
      return { rows, keys, types }
    }
    const hourly = await ask({ breakdowns: 'hourly_stats_aggregated_by_advertiser_time_zone' })
    expect(new Set(hourly.rows.map(({ reach }) => reach))).toEqual(new Set(['0']))
    expect(hourly.types).not.toContain('omni_purchase')
    const regional = await ask({ breakdowns: 'region' })
    expect(regional.types).toContain('link_click')
    expect(regional.types).not.toContain('omni_purchase')
    expect(regional.keys).not.toContain('video_p25_watched_actions')
    const old = { since: '2025-08-01', until: '2025-08-02' }
    expect((await ask({ breakdowns: 'age', time_range: old })).keys).not.toContain('reach')
    expect((await ask({ time_range: old })).keys).toContain('reach')
  })

  it('filter by figures, sort by a field or an action, and sum up on demand', async () => {
    const simulated = simulate({ sizes: { ads: 80 } })
    const params = { level: 'ad', fields: 'ad_id,spend,impressions,actions', limit: '100' }
    const filtering = [{ field: 'impressions', operator: 'GREATER_THAN', value: 20000 }]
    const many = await simulated.all(insightsOf(simulated), { ...params, filtering })
    expect(many.length).toBeGreaterThan(0)
    expect(many.every(({ impressions }) => Number(impressions) > 20000)).toBe(true)
    const sorted = await simulated.all(insightsOf(simulated), { ...params, sort: ['spend_descending'] })
    const spends = sorted.map(({ spend }) => Number(spend))
    expect(spends).toEqual(spends.toSorted((a, b) => b - a))
    const { body } = await simulated.get(insightsOf(simulated), { ...params, default_summary: 'true' })
    const account = await simulated.all(insightsOf(simulated), { fields: 'spend' })
    expect(body.summary.spend).toBe(account[0].spend)
  })

  it('leave out fields that do not belong to the level', async () => {
    const simulated = simulate()
    const [row] = await simulated.all(insightsOf(simulated), {
      level: 'campaign',
      fields: 'campaign_id,adset_id,ad_id,spend',
    })
    expect(Object.keys(row).sort()).toEqual(['campaign_id', 'date_start', 'date_stop', 'spend'])
  })

  it('write money of a currency without minor units in whole numbers', async () => {
    const simulated = simulate({ sizes: { accounts: 2 } })
    const [, yen] = simulated.world.accounts
    const [row] = await simulated.all(`/act_${yen?.id}/insights`, { fields: 'spend,account_currency' })
    expect(row.account_currency).toBe('JPY')
    expect(row.spend).toMatch(/^\d+$/)
  })

  it('can have ids as bare numbers with all their digits', async () => {
    const simulated = simulate({ bareIds: 'all' })
    const { text } = await simulated.get(insightsOf(simulated), {
      ...ONE_DAY,
      level: 'ad',
      fields: 'ad_id',
      limit: '500',
    })
    const truth = simulated.world.insights(simulated.account.id, DAY, [], NOW)
    expect(truth.some(({ ad }) => text.includes(`{"ad_id":${ad.id},`))).toBe(true)
    expect(text).not.toContain('"ad_id":"')
  })

  it('can come in ragged pages, some of them empty, without losing a row', async () => {
    const params = { level: 'ad', fields: 'ad_id', limit: '4' }
    const whole = simulate({ sizes: { ads: 60 } })
    const ragged = simulate({ sizes: { ads: 60 }, pages: 'ragged' })
    expect(await ragged.all(insightsOf(ragged), params)).toEqual(await whole.all(insightsOf(whole), params))
    expect(ragged.simulator.calls.length).toBeGreaterThan(whole.simulator.calls.length)
  })

  it('refuse what asks for too much, by the page or by the range', async () => {
    const page = simulate({ sizeLimit: { cells: 100, of: 'page', error: 'reduce-data' } })
    const params = { ...ONE_DAY, level: 'ad', fields: 'ad_id,spend' }
    expect((await page.get(insightsOf(page), { ...params, limit: '51' })).status).toBe(500)
    expect((await page.get(insightsOf(page), { ...params, limit: '50' })).status).toBe(200)
    const range = simulate({ sizeLimit: { cells: 10, of: 'range', error: 'sync-timeout' } })
    expect((await range.get(insightsOf(range), params)).body.error.error_subcode).toBe(1504018)
    expect((await range.get(insightsOf(range), { ...params, level: 'account' })).status).toBe(200)
  })

  it('serve a large account page by page', async () => {
    const simulated = simulate({ sizes: { ads: 5_000, days: 90 } })
    const { body } = await simulated.get(insightsOf(simulated), {
      level: 'ad',
      fields: 'ad_id,spend',
      date_preset: 'last_90d',
      time_increment: '1',
      limit: '200',
    })
    expect(body.data).toHaveLength(200)
    expect(body.paging.next).toBeDefined()
  })

  it('move with the restatement until their day is 28 days old', async () => {
    const simulated = simulate({ sizes: { ads: 60 } })
    const ask = () =>
      simulated.all(insightsOf(simulated), {
        ...ONE_DAY,
        level: 'ad',
        fields: 'ad_id,spend,actions',
        limit: '500',
      })
    const young = await ask()
    simulated.clock.advance(13 * DAY_MS)
    const settled = await ask()
    expect(settled).not.toEqual(young)
    simulated.clock.advance(100 * DAY_MS)
    expect(await ask()).toEqual(settled)
    simulated.world.restate(simulated.account.id, DAY)
    expect(await ask()).not.toEqual(settled)
  })
})

describe('insights refuse with 400 and code 100', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      'a level that is none',
      { level: 'advert' },
      '(#100) level must be one of the following values: ad, adset, campaign, account',
    ],
    [
      'a field that is none',
      { fields: 'spend,relevance_score' },
      '(#100) relevance_score is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values',
    ],
    ['a breakdown among the fields', { fields: 'spend,age' }, '(#100) age is not valid for fields param.'],
    [
      'a breakdown that is none',
      { breakdowns: 'shoe_size' },
      '(#100) breakdowns[0] must be one of the following values: ad_extension_domain, ',
    ],
    [
      'breakdowns that do not go together, the implicit one listed',
      { breakdowns: ['region', 'dma', 'country'], fields: 'actions' },
      '(#100) Current combination of data breakdown columns (action_type, country, dma, region) is invalid',
    ],
    [
      'breakdowns that do not go together, without actions',
      { breakdowns: 'platform_position', fields: 'spend' },
      '(#100) Current combination of data breakdown columns (platform_position) is invalid',
    ],
    [
      'an action breakdown that is none',
      { action_breakdowns: ['action_mood'] },
      '(#100) action_breakdowns[0] must be one of',
    ],
    [
      'a window that is none',
      { action_attribution_windows: '3d_click' },
      '(#100) action_attribution_windows[0] must be one of',
    ],
    [
      'a report time that is none',
      { action_report_time: 'noon' },
      '(#100) action_report_time must be one of',
    ],
    ['a preset that is none', { date_preset: 'lifetime' }, '(#100) date_preset must be one of'],
    [
      'a date that is none',
      { time_range: { since: '2026-02-30', until: '2026-03-01' } },
      '(#100) time_range[since] must be a date',
    ],
    [
      'days in the wrong order',
      { time_range: { since: '2026-03-02', until: '2026-03-01' } },
      '(#100) time_range[since] must not be after',
    ],
    ['a range that is no JSON', { time_range: '{since' }, '(#100) time_range must be valid JSON'],
    ['an increment of 91 days', { time_increment: '91' }, '(#100) time_increment must be'],
    [
      'a filter by an unknown operator',
      { filtering: [{ field: 'spend', operator: 'IS', value: 1 }] },
      '(#100) filtering[0][operator] must be one of',
    ],
    [
      'a filter by an unknown field',
      { filtering: [{ field: 'mood', operator: 'EQUAL', value: 1 }] },
      "(#100) Filtering field 'mood' is invalid",
    ],
    ['a limit of nothing', { limit: '0' }, '(#100) limit must be'],
    ['a sort without direction', { sort: ['spend'] }, '(#100) sort must be'],
  ]
  it.each(cases)('%s', async (_what, params, message) => {
    const simulated = simulate()
    const { status, body } = await simulated.get(insightsOf(simulated), params)
    expect(status).toBe(400)
    expect(body.error.code).toBe(100)
    expect(body.error.message.slice(0, message.length)).toBe(message)
  })

  it('a start more than 37 months ago, with its own code', async () => {
    const simulated = simulate()
    const ask = (since: string) =>
      simulated.get(insightsOf(simulated), { time_range: { since, until: '2026-10-01' } })
    expect((await ask('2023-10-04')).body.error.code).toBe(3018)
    expect((await ask('2023-10-05')).status).toBe(200)
  })

  it('a cursor that is no offset, with its own code', async () => {
    const simulated = simulate()
    expect((await simulated.get(insightsOf(simulated), { after: 'nonsense' })).body.error.code).toBe(2642)
  })
})

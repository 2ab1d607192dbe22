import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readInsights } from '../../src/extract/insights.ts'
import { createRefusedFields } from '../../src/extract/refused-fields.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { KEY_FIELDS, REPORTS, type ReportName } from '../../src/model/report.ts'
import type { RequestSize } from '../../src/model/request-size.ts'
import { LARGEST } from '../../src/pipeline/request-size.ts'
import {
  collect,
  createTestApi,
  failure,
  type Handler,
  json,
  page,
  REDUCE,
  unaborted,
} from './support/test-api.ts'

const RUN = '6023920149050'
const TOO_LARGE = {
  async_status: 'Job Failed',
  async_percent_completion: 100,
  error_code: -3,
  error_subcode: 1504045,
}

function request(report: ReportName = 'core') {
  return {
    accountId: parseAccountId('1'),
    report,
    since: parseCalendarDate('2026-10-01'),
    until: parseCalendarDate('2026-10-07'),
  }
}

interface ReadOptions {
  readonly report?: ReportName
  readonly extra?: readonly string[]
  readonly size?: Partial<RequestSize>
  readonly days?: 1 | 7
  readonly repeats?: Set<string>
}

function read(handler: Handler, options: ReadOptions = {}) {
  const { report = 'core', extra = [], size = {}, days = 7 } = options
  const test = createTestApi(handler)
  const learned: RequestSize[] = []
  const refused = createRefusedFields()
  const asked = { ...request(report), ...(days === 1 && { until: request().since }) }
  const pages = readInsights(
    test.api,
    asked,
    {
      fields: [...REPORTS[report].fields, ...extra],
      size: { ...LARGEST, ...size },
      onLess: async (less) => void learned.push(less),
      runs: null,
      refused,
      repeats: options.repeats ?? new Set(),
    },
    unaborted(),
  )
  return { ...test, pages, rows: collect(pages), learned, refused }
}

function row(adId: number, more: object = {}) {
  return { account_id: '1', ad_id: String(adId), date_start: '2026-10-01', spend: '1', ...more }
}

/** The edge by `direct`, and a report run that completes at once and whose result is by `result`. */
function withRun(direct: Handler, result: Handler): Handler {
  return (seen, index) => {
    if (seen.method === 'POST') return json({ report_run_id: RUN })
    if (seen.path === RUN)
      return json({ id: RUN, async_status: 'Job Completed', async_percent_completion: 100 })
    return seen.path === `${RUN}/insights` ? result(seen, index) : direct(seen, index)
  }
}

describe('readInsights', () => {
  it('asks for ads by day, with all their statuses', async () => {
    const { rows, requests } = read(() => json({ data: [] }), { report: 'age_gender' })
    expect(await rows).toEqual([])
    const [seen] = requests
    expect(seen).toMatchObject({ method: 'GET', path: 'act_1/insights' })
    const params = Object.fromEntries(seen?.params ?? [])
    const { filtering, ...rest } = params
    expect(rest).toEqual({
      level: 'ad',
      fields: REPORTS.age_gender.fields.join(','),
      time_range: '{"since":"2026-10-01","until":"2026-10-07"}',
      time_increment: '1',
      breakdowns: '["age","gender"]',
      action_breakdowns: '["action_type"]',
      summary: '["spend","impressions","clicks","actions","action_values"]',
      limit: '1000',
    })
    const [filter] = JSON.parse(filtering ?? '[]')
    expect(filter).toMatchObject({ field: 'ad.effective_status', operator: 'IN' })
    expect(filter.value.toSorted()).toEqual([
      'ACTIVE',
      'ADSET_PAUSED',
      'ARCHIVED',
      'CAMPAIGN_PAUSED',
      'DELETED',
      'DISAPPROVED',
      'IN_PROCESS',
      'PAUSED',
      'PENDING_BILLING_INFO',
      'PENDING_REVIEW',
      'PREAPPROVED',
      'WITH_ISSUES',
    ])
  })

  it('sends no breakdowns for a report without them, and the windows where they are stored', async () => {
    const { rows, requests } = read(() => json({ data: [] }))
    await rows
    expect(requests[0]?.params.has('breakdowns')).toBe(false)
    expect(requests[0]?.params.get('action_attribution_windows')).toBe('["1d_click","7d_click","1d_view"]')
  })

  it('counts a row once that the API sends twice, at this read and at the one before', async () => {
    const handler: Handler = (_, index) => page([row(1), row(index + 2)], index < 1 ? '1' : null)
    const repeats = new Set<string>()
    await expect(read(handler, { repeats }).rows).rejects.toMatchObject({ kind: 'cursor' })
    expect(await read(handler, { repeats }).rows).toHaveLength(3)
  })

  it('reads without sums where the API gives none', async () => {
    const handler: Handler = ({ params }) =>
      params.has('summary')
        ? failure(100, undefined, { message: '(#100) Cannot include spend in summary param' })
        : page([row(1)], null)
    const { rows, requests } = read(handler)
    expect(await rows).toHaveLength(1)
    expect(requests.filter(({ params }) => !params.has('summary'))).toHaveLength(1)
  })

  it('yields no empty page', async () => {
    const test = createTestApi((_, index) =>
      page(index === 1 ? [] : [row(index + 1)], index < 2 ? `${index}` : null),
    )
    const sizes: number[] = []
    const options = { fields: ['ad_id'], size: LARGEST, onLess: async () => {}, runs: null }
    const pages = readInsights(
      test.api,
      request(),
      { ...options, refused: createRefusedFields(), repeats: new Set() },
      unaborted(),
    )
    for await (const rows of pages) sizes.push(rows.length)
    expect(sizes).toEqual([1, 1])
  })

  it.each([
    [
      'a row comes twice, since one has appeared before it',
      () => page([row(1), row(2)], 'A'),
      () => page([row(2), row(3)], null),
    ],
    [
      'the sums have changed, since a row has vanished before the page',
      () => page([row(1), row(2)], 'A', { summary: { spend: '4', impressions: '40' } }),
      () => page([row(4)], null, { summary: { spend: '3', impressions: '30' } }),
    ],
    ['a cursor is refused', () => page([row(1)], 'A'), () => failure(2642)],
  ])('fails when %s: the rows of two moments are no report', async (_, first, second) => {
    const { rows, requests } = read(({ params }) => (params.has('after') ? second() : first()))
    await expect(rows).rejects.toMatchObject({ kind: 'cursor', accountId: '1' })
    expect(requests).toHaveLength(2)
  })

  it('keeps rows that differ in a breakdown only', async () => {
    const ages = [
      row(1, { age: '18-24', gender: 'male' }),
      row(1, { age: '18-24', gender: 'female' }),
      row(1),
    ]
    const { rows } = read((_, index) => page([ages[index]], index < 2 ? String(index) : null), {
      report: 'age_gender',
    })
    expect(await rows).toEqual(ages)
  })

  it('halves the pages as far as it goes, tells each size, and leaves the rest to the caller', async () => {
    const { rows, requests, learned } = read(() => failure(1, 99, { message: REDUCE }))
    await expect(rows).rejects.toMatchObject({ kind: 'too-much-data' })
    expect(requests.map(({ params }) => params.get('limit'))).toEqual([
      ...['1000', '1000', '500', '250', '125', '62', '31', '25'],
    ])
    expect(learned).toEqual([500, 250, 125, 62, 31, 25].map((pageLimit) => ({ ...LARGEST, pageLimit })))
  })

  it.each([
    [100, 1504018],
    [2, 1504038],
  ])('leaves a query that times out with %s/%s to the caller at once', async (code, subcode) => {
    const { rows, requests, learned } = read(() => failure(code, subcode))
    await expect(rows).rejects.toMatchObject({ kind: 'too-much-data', smallerPagesHelp: false })
    expect(requests).toHaveLength(1)
    expect(learned).toEqual([])
  })

  it('asks a report run for the same, without sums, since its rows stand still', async () => {
    const direct = read(() => json({ data: [] }))
    await direct.rows
    const { rows, requests } = read(
      withRun(
        () => failure(1),
        () => page([row(1)], null),
      ),
      { size: { mode: 'async', pageLimit: 250 } },
    )
    expect(await rows).toEqual([row(1)])
    expect(requests.map(({ method, path, params }) => `${method} ${path} ${params.get('limit')}`)).toEqual([
      'POST act_1/insights null',
      `GET ${RUN} null`,
      `GET ${RUN}/insights 250`,
    ])
    const asked = new URLSearchParams(direct.requests[0]?.params)
    asked.delete('limit')
    asked.delete('summary')
    expect(Object.fromEntries(requests[0]?.params ?? [])).toEqual(Object.fromEntries(asked))
  })

  it('says too-much-data when the report run fails, too, so that fewer days are asked for', async () => {
    const { rows } = read(
      ({ method }) => (method === 'POST' ? json({ report_run_id: RUN }) : json(TOO_LARGE)),
      {
        size: { mode: 'async' },
      },
    )
    await expect(rows).rejects.toMatchObject({ kind: 'too-much-data', subcode: 1504045 })
  })

  it.each(['relevance_score', 'spend', 'reach', 'actions'])(
    'leaves out a refused %s, and says so',
    async (name) => {
      const { rows, requests, events, refused } = read(
        ({ params }) => (fieldsOf(params).includes(name) ? refusal(name) : page([row(1)], null)),
        { extra: ['relevance_score', 'ad_name'] },
      )
      expect(await rows).toEqual([row(1)])
      expect(requests.map(({ params }) => fieldsOf(params))).toEqual([
        [...REPORTS.core.fields, 'relevance_score', 'ad_name'],
        [...REPORTS.core.fields, 'relevance_score', 'ad_name'].filter((field) => field !== name),
      ])
      expect(requests[1]?.params.get('summary')).not.toContain(`"${name}"`)
      expect(events).toMatchObject([{ type: 'field-dropped', accountId: '1', field: name }])
      expect(refused.all).toEqual([{ accountId: '1', field: name }])
    },
  )

  it.each(KEY_FIELDS)('fails when %s is refused: nobody would know whose row it is', async (name) => {
    const { rows, requests } = read(() => refusal(name))
    await expect(rows).rejects.toMatchObject({ kind: 'request', code: 100 })
    expect(requests).toHaveLength(1)
  })

  it.each([
    [190, 463, 'auth'],
    [200, undefined, 'permission'],
    [100, 1815001, 'request'],
    [3018, undefined, 'request'],
  ] as const)('fails at once for %s/%s', async (code, subcode, kind) => {
    const { rows, requests } = read(() => failure(code, subcode))
    await expect(rows).rejects.toMatchObject({ kind, accountId: '1' })
    expect(requests).toHaveLength(1)
  })
})

describe('readInsights by campaigns', () => {
  const CAMPAIGNS = ['11', '12', '13', '14', '15']

  /** Five campaigns and one that nobody lists; a run of more than `most` campaigns is too large. */
  function campaigns(most: number): Handler {
    const runs: string[][] = []
    return ({ method, path, params }) => {
      if (method === 'POST') {
        const [, filter] = JSON.parse(params.get('filtering') ?? '[]')
        runs.push(filter.operator === 'IN' ? filter.value : ['99'])
        return json({ report_run_id: String(runs.length) })
      }
      if (params.get('level') === 'campaign')
        return page(
          CAMPAIGNS.map((id) => ({ campaign_id: id })),
          null,
        )
      const asked = runs[Number.parseInt(path, 10) - 1] ?? []
      if (path.endsWith('/insights'))
        return page(
          asked.map((id) => row(Number(id), { campaign_id: id })),
          null,
        )
      return json(
        asked.length > most ? TOO_LARGE : { async_status: 'Job Completed', async_percent_completion: 100 },
      )
    }
  }
  const split = (most: number, first: number) =>
    read(campaigns(most), { days: 1, size: { mode: 'async', days: 1, campaigns: first } })

  it('reads each campaign once, and what belongs to none that is listed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 64 }),
        async (most, first) => {
          const { rows } = split(most, first)
          expect((await rows).map(({ campaign_id }) => campaign_id).sort()).toEqual([...CAMPAIGNS, '99'])
        },
      ),
    )
  })

  it('halves what is too large, and tells what has worked', async () => {
    const { rows, learned, requests } = split(1, 64)
    await rows
    expect(learned.map(({ campaigns }) => campaigns)).toEqual([2, 1, 1])
    const posts = requests.filter(({ method }) => method === 'POST')
    expect(posts.map(({ params }) => JSON.parse(params.get('filtering') ?? '[]')[1])).toEqual(
      [
        ...[['11', '12', '13'], ['11', '12'], ['11'], ['12'], ['13'], ['14', '15'], ['14'], ['15']],
        CAMPAIGNS,
      ].map((value, index) => ({ field: 'campaign.id', operator: index < 8 ? 'IN' : 'NOT_IN', value })),
    )
  })

  it('fails when one campaign alone is too large', async () => {
    const { rows, learned } = split(0, 64)
    await expect(rows).rejects.toMatchObject({ kind: 'too-much-data' })
    expect(learned.at(-1)?.campaigns).toBe(1)
  })
})

function fieldsOf(params: URLSearchParams): string[] {
  return (params.get('fields') ?? '').split(',')
}

function refusal(name: string): Response {
  return failure(100, undefined, {
    message: `(#100) ${name} is not valid for fields param. please check https://…`,
  })
}

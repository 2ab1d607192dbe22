import { describe, expect, it } from 'vitest'
import { readInsights } from '../../src/extract/insights.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { REPORTS, type ReportName } from '../../src/model/report.ts'
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

function request(report: ReportName = 'core') {
  return {
    accountId: parseAccountId('1'),
    report,
    since: parseCalendarDate('2026-10-01'),
    until: parseCalendarDate('2026-10-07'),
  }
}

function read(handler: Handler, report: ReportName = 'core', extra: readonly string[] = []) {
  const test = createTestApi(handler)
  const fields = [...REPORTS[report].fields, ...extra]
  return { ...test, rows: collect(readInsights(test.api, request(report), { fields }, unaborted())) }
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
  it('asks for ads by day, all their statuses, and the windows that are stored', async () => {
    const { rows, requests } = read(() => json({ data: [] }), 'age_gender')
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
      action_attribution_windows: '["1d_click","7d_click","1d_view"]',
      limit: '500',
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

  it('sends no breakdowns for a report without them', async () => {
    const { rows, requests } = read(() => json({ data: [] }))
    await rows
    expect(requests[0]?.params.has('breakdowns')).toBe(false)
  })

  it('counts a row that a shifted page repeats once, and yields no empty page', async () => {
    const { api } = createTestApi((_, index) =>
      page([row(1), row(index)], index === 1 ? 'A' : index === 0 ? 'B' : null),
    )
    const pages: unknown[] = []
    for await (const rows of readInsights(api, request(), { fields: ['ad_id'] }, unaborted()))
      pages.push(rows)
    expect(pages).toEqual([[row(1), row(0)], [row(2)]])
  })

  it('keeps rows that differ in a breakdown only', async () => {
    const ages = [
      row(1, { age: '18-24', gender: 'male' }),
      row(1, { age: '18-24', gender: 'female' }),
      row(1),
    ]
    const { rows } = read((_, index) => page([ages[index]], index < 2 ? String(index) : null), 'age_gender')
    expect(await rows).toEqual(ages)
  })

  it('takes a report run when the smallest page is too heavy', async () => {
    const heavy: Handler = () => failure(1, 99, { message: REDUCE })
    const { rows, requests } = read(withRun(heavy, () => page([row(1)], null)))
    expect(await rows).toEqual([row(1)])
    expect(requests.map(({ method, path, params }) => `${method} ${path} ${params.get('limit')}`)).toEqual([
      ...['500', '500', '250', '125', '62', '31', '25'].map((limit) => `GET act_1/insights ${limit}`),
      'POST act_1/insights null',
      `GET ${RUN} null`,
      `GET ${RUN}/insights 500`,
    ])
    const submitted = requests.find(({ method }) => method === 'POST')?.params
    const asked = new URLSearchParams(requests[0]?.params)
    asked.delete('limit')
    expect(Object.fromEntries(submitted ?? [])).toEqual(Object.fromEntries(asked))
  })

  it.each([
    [100, 1504018],
    [2, 1504038],
  ])('takes a report run at once when the query times out with %s/%s', async (code, subcode) => {
    const { rows, requests } = read(
      withRun(
        () => failure(code, subcode),
        () => page([row(1)], null),
      ),
    )
    expect(await rows).toEqual([row(1)])
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET'])
  })

  it('repeats no row when a report run takes over in the midst of the pages', async () => {
    const direct: Handler = ({ params }) =>
      params.has('after') ? failure(100, 1504018) : page([row(1), row(2)], 'A')
    const { rows } = read(withRun(direct, () => page([row(2), row(1), row(3)], null)))
    expect(await rows).toEqual([row(1), row(2), row(3)])
  })

  it('says too-much-data when the report run fails, too, so that fewer days are asked for', async () => {
    const { rows } = read(({ method, path }) => {
      if (method === 'POST') return json({ report_run_id: RUN })
      if (path !== RUN) return failure(100, 1504018)
      return json({
        async_status: 'Job Failed',
        async_percent_completion: 100,
        error_code: -3,
        error_subcode: 1504045,
      })
    })
    await expect(rows).rejects.toMatchObject({ kind: 'too-much-data', subcode: 1504045 })
  })

  it('drops a refused field that no measure needs, and says so', async () => {
    const refusal = failure.bind(null, 100, undefined, {
      message: '(#100) relevance_score is not valid for fields param. please check https://…',
    })
    const { rows, requests, events } = read(
      ({ params }) => (params.get('fields')?.includes('relevance_score') ? refusal() : page([row(1)], null)),
      'core',
      ['relevance_score', 'ad_name'],
    )
    expect(await rows).toEqual([row(1)])
    expect(requests[1]?.params.get('fields')).toBe([...REPORTS.core.fields, 'ad_name'].join(','))
    expect(events).toMatchObject([{ type: 'field-dropped', accountId: '1', field: 'relevance_score' }])
  })

  it('fails when a field that a measure needs is refused', async () => {
    const message = '(#100) spend is not valid for fields param. please check https://…'
    const { rows, requests } = read(() => failure(100, undefined, { message }))
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

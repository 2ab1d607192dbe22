import { expect, it } from 'vitest'
import { findReportRun, forgetReportRun, keepReportRun } from '../../src/load/report-runs.ts'
import { readRequestSizes, saveRequestSize } from '../../src/load/request-sizes.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { LearnedSize } from '../../src/model/request-size.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const OTHER = parseAccountId('99')
const DAY_MS = 86_400_000
const DAY = parseCalendarDate('2026-11-01')
const REQUEST = { accountId: ACCOUNT, report: 'core', since: DAY, until: DAY } as const
const RUN = { reportRunId: parseAccountId('120330000000000001'), submittedMs: 1_790_000_000_000 }

describeOnEachWarehouse('what is remembered of requests', (open) => {
  it('is the last size of each report, until it is forgotten', async () => {
    const warehouse = await open()
    const size: LearnedSize = {
      mode: 'async',
      pageLimit: 125,
      days: 3,
      campaigns: null,
      successes: 4,
      refusedAtMs: 1_790_000_000_000,
      refusal: 'reduce \0 the amount',
    }
    const stored = { ...size, refusal: 'reduce \uFFFD the amount' }
    await saveRequestSize(warehouse, ACCOUNT, 'core', { ...size, mode: 'sync', days: null })
    await saveRequestSize(warehouse, ACCOUNT, 'core', size)
    await saveRequestSize(warehouse, ACCOUNT, 'country', { ...size, days: 1, campaigns: 32 })
    await saveRequestSize(warehouse, OTHER, 'core', { ...size, pageLimit: 25 })
    await saveRequestSize(warehouse, OTHER, 'core', null)
    expect(await readRequestSizes(warehouse, ACCOUNT)).toEqual(
      new Map([
        ['core', stored],
        ['country', { ...stored, days: 1, campaigns: 32 }],
      ]),
    )
    expect(await readRequestSizes(warehouse, OTHER)).toEqual(new Map())
  })

  it('is the last run for the same, digit by digit, of its account alone', async () => {
    const warehouse = await open()
    await keepReportRun(warehouse, REQUEST, 'a', { ...RUN, reportRunId: parseAccountId('5') })
    await keepReportRun(warehouse, REQUEST, 'a', RUN)
    await keepReportRun(warehouse, { ...REQUEST, accountId: OTHER }, 'a', RUN)
    expect(await findReportRun(warehouse, ACCOUNT, 'a')).toEqual(RUN)
    expect(await findReportRun(warehouse, ACCOUNT, 'b')).toBeNull()
    await forgetReportRun(warehouse, ACCOUNT, 'a')
    expect(await findReportRun(warehouse, ACCOUNT, 'a')).toBeNull()
    expect(await findReportRun(warehouse, OTHER, 'a')).toEqual(RUN)
  })

  it('is no run that the API has forgotten, 30 days after it was submitted', async () => {
    const warehouse = await open()
    await keepReportRun(warehouse, REQUEST, 'a', RUN)
    const later = (ms: number) => ({ ...RUN, submittedMs: RUN.submittedMs + ms })
    await keepReportRun(warehouse, REQUEST, 'b', later(30 * DAY_MS))
    expect(await findReportRun(warehouse, ACCOUNT, 'a')).toEqual(RUN)
    await keepReportRun(warehouse, REQUEST, 'b', later(30 * DAY_MS + 1))
    expect(await findReportRun(warehouse, ACCOUNT, 'a')).toBeNull()
  })
})

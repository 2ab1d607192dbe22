import { readInsights } from '../../extract/insights.ts'
import type { MarketingApi } from '../../extract/marketing-api.ts'
import { createRefusedFields } from '../../extract/refused-fields.ts'
import type { AdAccount } from '../../model/ad-object.ts'
import { addDays, dayIn } from '../../model/calendar-date.ts'
import { REPORTS } from '../../model/report.ts'
import { LARGEST } from '../../pipeline/request-size.ts'
import { extraFields } from '../extra-fields.ts'
import type { Settings } from '../settings.ts'

/**
 * One small request for each report, with the fields that a sync asks for. Throws GraphError when the API does not
 * answer, and an Error when it refuses a field that measures need; of any other that it refuses, `api` tells.
 */
export async function askForFields(
  api: MarketingApi,
  account: AdAccount,
  settings: Settings,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const yesterday = addDays(dayIn(account.timeZone, nowMs), -1)
  const refused = createRefusedFields()
  const size = { ...LARGEST, pageLimit: 1 }
  for (const report of settings.reports) {
    const fields = [...new Set([...REPORTS[report].fields, ...extraFields(settings.baseFieldsToPull)])]
    const request = { accountId: account.accountId, report, since: yesterday, until: yesterday }
    const options = { fields, size, onLess: async () => {}, runs: null, refused, repeats: new Set<string>() }
    for await (const _page of readInsights(api, request, options, signal)) break
  }
  const needed: readonly string[] = settings.reports.flatMap((report) => REPORTS[report].fields)
  const missing = refused.all.map(({ field }) => field).filter((field) => needed.includes(field))
  if (missing.length > 0) {
    throw new Error(
      `the API refuses ${missing.join(', ')}, and what is measured by it would be 0; set FACEBOOK_API_VERSION to another version`,
    )
  }
}

import { readInsights } from '../../extract/insights.ts'
import type { MarketingApi } from '../../extract/marketing-api.ts'
import type { AdAccount } from '../../model/ad-object.ts'
import { addDays, dayIn } from '../../model/calendar-date.ts'
import { REPORTS } from '../../model/report.ts'
import { extraFields } from '../extra-fields.ts'
import type { Settings } from '../settings.ts'

/**
 * One small request for each report, with the fields that a sync asks for. Throws GraphError when the API does not
 * answer, or refuses a field that measures need; of any other that it refuses, `api` tells.
 */
export async function askForFields(
  api: MarketingApi,
  account: AdAccount,
  settings: Settings,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const yesterday = addDays(dayIn(account.timeZone, nowMs), -1)
  for (const report of settings.reports) {
    const fields = [...new Set([...REPORTS[report].fields, ...extraFields(settings.baseFieldsToPull)])]
    const request = { accountId: account.accountId, report, since: yesterday, until: yesterday }
    for await (const _page of readInsights(api, request, { fields, limit: 1 }, signal)) break
  }
}

import { addDays, type CalendarDate, isCalendarDate } from '../model/calendar-date.ts'
import { toAmount, toCount } from '../model/decimal.ts'
import type { JsonObject } from '../model/exact-json.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { AccountTotal } from '../model/slice.ts'
import { GraphError } from './graph-error.ts'
import { readInsightsEdge } from './insights-edge.ts'
import type { MarketingApi } from './marketing-api.ts'
import type { InsightsCall } from './report-run.ts'

/** Days of one call. */
export const TOTALS_DAYS = 90

/**
 * What the API itself says that an ad account spent and showed, for each day from `since` to `until` (both
 * included) with any delivery, in their order; archived and deleted ads are in it. Throws GraphError.
 */
export async function readAccountTotals(
  api: MarketingApi,
  accountId: ObjectId,
  since: CalendarDate,
  until: CalendarDate,
  signal: AbortSignal,
): Promise<AccountTotal[]> {
  const totals = new Map<CalendarDate, AccountTotal>()
  for (let start = since; start <= until; start = addDays(start, TOTALS_DAYS)) {
    const end = addDays(start, TOTALS_DAYS - 1)
    const call = toCall(accountId, start, end < until ? end : until)
    for await (const page of readInsightsEdge(api, call, signal)) {
      for (const record of page) {
        const total = parseTotal(record, call, { since, until })
        totals.set(total.date, total)
      }
    }
  }
  return [...totals.values()].sort((a, b) => (a.date < b.date ? -1 : 1))
}

function toCall(accountId: ObjectId, since: CalendarDate, until: CalendarDate): InsightsCall {
  return {
    accountId,
    path: `act_${accountId}/insights`,
    params: {
      level: 'account',
      fields: 'spend,impressions,clicks',
      time_range: { since, until },
      time_increment: 1,
    },
  }
}

/** An absent figure is 0. Throws GraphError for what is not the total of one of the account's days that were asked for. */
function parseTotal(
  record: JsonObject,
  { accountId, path }: InsightsCall,
  asked: { readonly since: CalendarDate; readonly until: CalendarDate },
): AccountTotal {
  const date = record.date_start
  const spend = toAmount(record.spend ?? '0')
  const impressions = toCount(record.impressions ?? '0')
  const clicks = toCount(record.clicks ?? '0')
  const isAsked =
    isCalendarDate(date) &&
    date === record.date_stop &&
    date >= asked.since &&
    date <= asked.until &&
    toObjectId(record.account_id ?? accountId) === accountId
  if (!isAsked || spend === null || impressions === null || clicks === null) {
    throw new GraphError({
      kind: 'request',
      what: `GET ${path}`,
      accountId,
      text: `a day's total that cannot be read: ${JSON.stringify(record).slice(0, 200)}`,
    })
  }
  return { accountId, date, spend, impressions, clicks }
}

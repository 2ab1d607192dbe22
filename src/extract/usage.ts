import { isJsonObject, parseExactJson } from '../model/exact-json.ts'
import type { ThrottleScope } from './graph-error.ts'

/** How much of one rate limit is used, as an answer's headers say. */
export interface UsageReading {
  readonly scope: ThrottleScope
  /** Whose limit: an account's or a business' id, without `act_`; null: the account of the call. */
  readonly id: string | null
  /** E.g. `ads_insights`; distinct limits of one account have distinct names. */
  readonly useCase: string
  /** 100 and more is throttled. */
  readonly percent: number
  /** Until the API answers again; 0 while it does. */
  readonly regainMs: number
}

const MINUTE_MS = 60_000

/**
 * Every reading in the headers of an answer; they come with errors, too, and that is when they matter.
 * What is missing or malformed is left out.
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export function readUsage(headers: Headers): UsageReading[] {
  return [
    ...appUsage(headers.get('x-app-usage')),
    ...adAccountUsage(headers.get('x-ad-account-usage')),
    ...businessUsage(headers.get('x-business-use-case-usage')),
    ...insightsUsage(headers.get('x-fb-ads-insights-throttle')),
  ]
}

function appUsage(header: string | null): UsageReading[] {
  const percent = highest(parseHeader(header), 'call_count', 'total_time', 'total_cputime')
  return percent === null ? [] : [{ scope: 'app', id: null, useCase: 'app', percent, regainMs: 0 }]
}

function adAccountUsage(header: string | null): UsageReading[] {
  const usage = parseHeader(header)
  const percent = highest(usage, 'acc_id_util_pct')
  if (percent === null) return []
  // The seconds until the window starts anew; a wait only for an account that is blocked.
  const regainMs = percent >= 100 ? (highest(usage, 'reset_time_duration') ?? 0) * 1000 : 0
  return [{ scope: 'account', id: null, useCase: 'ad_account', percent, regainMs }]
}

function businessUsage(header: string | null): UsageReading[] {
  const usage = parseHeader(header)
  if (!isJsonObject(usage)) return []
  return Object.entries(usage).flatMap(([id, entries]) =>
    (Array.isArray(entries) ? entries : []).flatMap((entry): UsageReading[] => {
      const percent = highest(entry, 'call_count', 'total_time', 'total_cputime')
      if (percent === null) return []
      const useCase = isJsonObject(entry) && typeof entry.type === 'string' ? entry.type : 'business_use_case'
      const regainMs = (highest(entry, 'estimated_time_to_regain_access') ?? 0) * MINUTE_MS
      return [{ scope: 'use-case', id: id.replace(/^act_/, ''), useCase, percent, regainMs }]
    }),
  )
}

function insightsUsage(header: string | null): UsageReading[] {
  const usage = parseHeader(header)
  const app = highest(usage, 'app_id_util_pct')
  const account = highest(usage, 'acc_id_util_pct')
  const useCase = 'insights'
  return [
    ...(app === null ? [] : [{ scope: 'app', id: null, useCase, percent: app, regainMs: 0 } as const]),
    ...(account === null
      ? []
      : [{ scope: 'use-case', id: null, useCase, percent: account, regainMs: 0 } as const]),
  ]
}

function parseHeader(header: string | null): unknown {
  if (header === null) return null
  try {
    return parseExactJson(header)
  } catch {
    return null
  }
}

/** The highest of the named numbers that are there; null when none is. */
function highest(usage: unknown, ...names: readonly string[]): number | null {
  if (!isJsonObject(usage)) return null
  const numbers = names
    .map((name) => usage[name])
    .filter((value) => typeof value === 'number' || (typeof value === 'string' && value !== ''))
    .map(Number)
    .filter((value) => Number.isFinite(value) && value >= 0)
  return numbers.length === 0 ? null : Math.max(...numbers)
}

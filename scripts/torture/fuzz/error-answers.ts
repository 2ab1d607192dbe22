import type { Random } from '../../../src/simulator/world/random.ts'
import type { Answer } from './answer.ts'

const ERRORS = [
  { code: 1, message: 'An unknown error occurred', is_transient: true },
  { code: 1, message: "Please reduce the amount of data you're asking for, then retry your request" },
  { code: 2, error_subcode: 1504038, message: 'An unexpected error has occurred.' },
  { code: 4, message: '(#4) Application request limit reached' },
  {
    code: 17,
    error_subcode: 2446079,
    message: '(#17) User request limit reached',
    error_user_title: 'Limit',
  },
  { code: 100, message: '(#100) Tried accessing nonexisting field (x)' },
  { code: 100, message: '(#100) reach is not valid for fields param. please check' },
  { code: 100, message: '(#100) Cannot include spend in summary param because they weren’t there' },
  { code: 100, error_subcode: 33, message: 'Unsupported get request.' },
  { code: 190, error_subcode: 463, message: 'Error validating access token' },
  { code: 200, message: '(#200) Ad account owner has NOT grant ads_read' },
  { code: 613, message: '(#613) Calls to this api have exceeded the rate limit.' },
  { code: 2642, message: '(#100) Invalid cursors values' },
  { code: 80004, message: '(#80004) There have been too many calls to this ad-account.' },
] as const

/** An error as the API says it, with a status that may have nothing to do with it. */
export function errorAnswer(random: Random): Answer {
  const error = { ...random.pick(ERRORS), type: 'OAuthException', fbtrace_id: 'AbCdTrace' }
  return {
    status: random.pick([400, 400, 400, 200, 403, 429, 500]),
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: Buffer.from(JSON.stringify({ error })),
  }
}

const USAGE = {
  'x-app-usage': { call_count: 28, total_time: 25, total_cputime: 25 },
  'x-ad-account-usage': {
    acc_id_util_pct: 9.67,
    reset_time_duration: 100,
    ads_api_access_tier: 'standard_access',
  },
  'x-business-use-case-usage': {
    66782684: [
      {
        type: 'ads_insights',
        call_count: 100,
        total_cputime: 25,
        total_time: 25,
        estimated_time_to_regain_access: 19,
      },
    ],
  },
  'x-fb-ads-insights-throttle': {
    app_id_util_pct: 0,
    acc_id_util_pct: 20.5,
    ads_api_access_tier: 'standard_access',
  },
} as const

/** One header about rate limits, its value as JSON; and the others' names. */
export function usageHeader(random: Random): { readonly name: string; readonly value: string } {
  const [name, value] = random.pick(Object.entries(USAGE))
  return { name, value: JSON.stringify(value) }
}

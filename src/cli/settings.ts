import { z } from 'zod'
import { REPORT_NAMES, REPORTS } from '../model/report.ts'
import { DEFAULT_SCHEDULE, isTimeZone } from '../model/schedule.ts'
import { DEFAULT_THRESHOLDS } from '../quality/thresholds.ts'
import { SOURCES_SCHEMA } from './source-settings.ts'

const share = (most = 1) => z.number().min(0).max(most)

const validation = z.strictObject({
  unknownNames: share().default(DEFAULT_THRESHOLDS.unknownNames),
  unknownStatuses: share().default(DEFAULT_THRESHOLDS.unknownStatuses),
  clicklessImpressions: z.int().min(1).default(DEFAULT_THRESHOLDS.clicklessImpressions),
  minCtr: share().default(DEFAULT_THRESHOLDS.minCtr),
  maxCtr: share().default(DEFAULT_THRESHOLDS.maxCtr),
  linkClicksExcess: share(10).default(DEFAULT_THRESHOLDS.linkClicksExcess),
  spendJump: z.number().min(1).default(DEFAULT_THRESHOLDS.spendJump),
  reconciliationGap: share().default(DEFAULT_THRESHOLDS.reconciliationGap),
  breakdownGap: share().default(DEFAULT_THRESHOLDS.breakdownGap),
})

const schedule = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .meta({ title: 'a name of letters, digits, - and _' }),
  cron: z
    .string()
    .regex(/^\s*([\w*/,?#-]+\s+){4}[\w*/,?#-]+\s*$/)
    .meta({ title: 'a cron expression of five fields, e.g. "0 5 * * *"' }),
  timeZone: z
    .string()
    .refine((zone) => zone === 'account' || isTimeZone(zone))
    .meta({ title: 'an IANA time zone, e.g. "Europe/Berlin", or "account"' })
    .default('account'),
  days: z.int().min(1).max(1127).optional(),
  accounts: z
    .array(
      z
        .string()
        .regex(/^(act_)?\d+$/)
        .meta({ title: 'an ad account, act_…' }),
    )
    .min(1)
    .optional(),
  reports: z.array(z.enum(REPORT_NAMES)).min(1).optional(),
})

/** The settings that are not secrets: `fbads.config.json`, with their meaning for people. */
export const SETTINGS_SCHEMA = z.strictObject({
  firstPullDays: z
    .int()
    .min(1)
    .max(1127)
    .default(450)
    .describe(
      'How many days back the first sync reads, today included; later ones go back to the oldest day that was ever asked for. The API keeps 37 months.',
    ),
  dailyPullDays: z
    .int()
    .min(1)
    .max(1127)
    .default(28)
    .describe('How many of the last days each sync reads again, today included. The API restates 28.'),
  chunkDays: z.int().min(1).max(90).default(7).describe('The most days in one request to the insights edge.'),
  maxWorkers: z.int().min(1).max(64).default(8).describe('Requests for insights at a time.'),
  metaMaxWorkers: z.int().min(1).max(64).default(4).describe('Requests for metadata at a time.'),
  maxPerAccount: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe(
      'Requests of one ad account at a time, over all workers of the queue. Each makes one call at a time.',
    ),
  maxPerApp: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Requests of one app (or token, without `FACEBOOK_APP_ID`) at a time, over all workers of the queue; no bound when left out.',
    ),
  schedules: z
    .array(schedule)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length)
    .meta({ title: 'a schedule: an object with name and cron, whose name no other has' })
    .default(() => [{ ...DEFAULT_SCHEDULE }])
    .describe(
      "When `fbads schedule` starts runs: `name`, `cron` (five fields), `timeZone` (an IANA name; `account`, the default, is each account's own), and, where it is not everything, `days`, `accounts`, `reports`.",
    ),
  maxInFlightMb: z
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe(
      'Megabytes (MiB) of answers that have arrived and of their rows that are not written yet, over all requests: what is more waits. One answer that is larger passes alone.',
    ),
  baseFieldsToPull: z
    .array(z.string().regex(/^\w+$/).meta({ title: 'the name of an insights field' }))
    .default([...REPORTS.core.fields])
    .describe(
      'Fields of the insights edge to ask for. Those that the measures need are always asked for, also when this list lacks them; `campaign_name`, `adset_name` and `ad_name` name the members whose metadata cannot be read.',
    ),
  reports: z
    .array(z.enum(REPORT_NAMES))
    .min(1)
    .refine((names) => new Set(names).size === names.length)
    .meta({ title: `one or more of ${REPORT_NAMES.join(', ')}, none twice` })
    .default([...REPORT_NAMES])
    .describe('The reports to load.'),
  staleDays: z
    .int()
    .min(1)
    .max(365)
    .default(2)
    .describe(
      'An active account is stale when its newest complete day is more days than this behind its yesterday.',
    ),
  sources: SOURCES_SCHEMA.default([]).describe(
    '[Several tokens](#several-tokens), each with its accounts, in place of `FACEBOOK_ACCESS_TOKEN` and `FACEBOOK_AD_ACCOUNT_ID`.',
  ),
  validation: validation
    .prefault({})
    .describe('The bounds of the data-quality checks; shares are fractions of 1.'),
})

export type Settings = z.infer<typeof SETTINGS_SCHEMA>
export type SettingName = keyof Settings
export const SETTING_NAMES = SETTINGS_SCHEMA.keyof().options
export const THRESHOLD_NAMES = validation.keyof().options

/** `firstPullDays` is `FBADS_FIRST_PULL_DAYS`. */
export function variableOf(name: string): string {
  return `FBADS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** The environment variables besides the settings', in the order of the documentation. */
export const VARIABLES = {
  FACEBOOK_ACCESS_TOKEN: {
    meaning: 'Token of a user or system user with `ads_read`. Required.',
    default: null,
  },
  FACEBOOK_AD_ACCOUNT_ID: {
    meaning:
      'One or more ad accounts, comma-separated, with or without `act_`; `all` is every account of the token. Required.',
    default: null,
  },
  FACEBOOK_APP_ID: {
    meaning: "The app's id; with the secret, `doctor` can look at the token.",
    default: null,
  },
  FACEBOOK_APP_SECRET: { meaning: 'When set, every call carries `appsecret_proof`.', default: null },
  FACEBOOK_GRAPH_URL: {
    meaning: 'Base of the Graph API: https, or http on this machine.',
    default: 'https://graph.facebook.com',
  },
  FACEBOOK_API_VERSION: { meaning: 'Version of the Marketing API.', default: 'v26.0' },
  DATABASE_URL: {
    meaning: '`postgres://…`; when unset, an embedded warehouse in `.fbads/warehouse`.',
    default: null,
  },
  FBADS_SCHEMA: { meaning: 'Database schema of the warehouse.', default: 'facebook_ads' },
  FBADS_DASHBOARD_TOKEN: {
    meaning:
      'What `serve` asks of who opens the dashboard, 16 characters or more; needed for every `--host` but this machine.',
    default: null,
  },
  FBADS_LOG_FORMAT: {
    meaning: '`json`: everything for people as lines of JSON on stderr, as `--log-format json` does.',
    default: 'text',
  },
  FBADS_WEBHOOK_URL: {
    meaning:
      'Where incidents are told, once each: an incoming webhook of Slack, or of what understands the same. It holds its own key, so keep it to yourself. https, or http on this machine.',
    default: null,
  },
} as const satisfies Record<string, { meaning: string; default: string | null }>
export type VariableName = keyof typeof VARIABLES

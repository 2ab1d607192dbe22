import type { Fleet } from '../capacity/fleet.ts'
import { ACTIVE_SHARE, RESTATED_SHARE } from '../capacity/measured-costs.ts'
import { type Means, TIERS, type Tier } from '../capacity/plan-capacity.ts'
import { isReportName, REPORT_NAMES, type ReportName } from '../model/report.ts'
import { parseNumber } from './parse-number.ts'
import type { Settings } from './settings.ts'
import { UsageError } from './usage-error.ts'

export interface CapacityFlags {
  readonly accounts: string
  readonly ads: string
  readonly giants?: string
  readonly giantAds?: string
  readonly reports?: string
  readonly first?: boolean
  readonly days?: string
  readonly active?: string
  readonly restated?: string
  readonly latency?: string
  readonly workers?: string
  readonly concurrency?: string
  readonly within?: string
  readonly databaseCores?: string
  readonly tier?: string
  readonly apps?: string
}

const DEFAULTS = {
  giantAds: 10_000,
  latencyMs: 300,
  withinHours: 4,
  databaseCores: 4,
  apps: 1,
} as const

/** The fleet that the flags describe, and what they leave out by the settings. Throws UsageError. */
export function parseFleet(flags: CapacityFlags, settings: Settings): Fleet {
  const isFirst = flags.first ?? false
  const accounts = parseNumber('--accounts', flags.accounts, 1, 1, 100_000)
  const ads = parseNumber('--ads', flags.ads, 1, 1, 50_000)
  const giants = parseNumber('--giants', flags.giants, 0, 0, accounts)
  const giantAds = parseNumber('--giant-ads', flags.giantAds, DEFAULTS.giantAds, 1, 200_000)
  const { firstPullDays, dailyPullDays, chunkDays } = settings
  const days = parseNumber('--days', flags.days, isFirst ? firstPullDays : dailyPullDays, 1, 1127)
  return {
    groups: [
      { accounts: accounts - giants, ads },
      { accounts: giants, ads: giantAds },
    ].filter((group) => group.accounts > 0),
    reports: parseReports(flags.reports) ?? settings.reports,
    isFirst,
    days,
    historyDays: isFirst ? days : Math.max(days, firstPullDays),
    chunkDays,
    activeShare: parseNumber('--active', flags.active, ACTIVE_SHARE * 100, 1, 100) / 100,
    restatedShare: parseNumber('--restated', flags.restated, RESTATED_SHARE * 100, 0, 100) / 100,
  }
}

/** Throws UsageError. */
export function parseMeans(flags: CapacityFlags, settings: Settings): Means {
  const { latencyMs, withinHours, databaseCores, apps } = DEFAULTS
  return {
    latencyMs: parseNumber('--latency', flags.latency, latencyMs, 1, 60_000),
    workers: flags.workers === undefined ? null : parseNumber('--workers', flags.workers, 1, 1, 1000),
    concurrency: parseNumber('--concurrency', flags.concurrency, settings.maxWorkers, 1, 64),
    metaConcurrency: null,
    withinMs: parseNumber('--within', flags.within, withinHours, 1, 24) * 3_600_000,
    databaseCores: parseNumber('--database-cores', flags.databaseCores, databaseCores, 1, 256),
    tier: parseTier(flags.tier),
    apps: parseNumber('--apps', flags.apps, apps, 1, 1000),
  }
}

function parseReports(text: string | undefined): ReportName[] | null {
  if (text === undefined) return null
  const names = text.split(',').map((name) => name.trim())
  if (!names.every(isReportName))
    throw new UsageError(
      `--reports is "${text}"; it must be one or more of ${REPORT_NAMES.join(', ')}, with commas between.`,
    )
  return [...new Set(names)]
}

function parseTier(text = 'standard'): Tier {
  const tier = TIERS.find((name) => name === text)
  if (tier !== undefined) return tier
  throw new UsageError(`--tier is "${text}"; it must be ${TIERS.join(' or ')}.`)
}

import { allowedValues } from '../../src/cli/allowed-values.ts'
import {
  SETTING_NAMES,
  SETTINGS_SCHEMA,
  type SettingName,
  VARIABLES,
  variableOf,
} from '../../src/cli/settings.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { code, markdownTable } from './markdown.ts'

/** The tables of `docs/configuration.md` that come from the settings. */
export function settingsBlocks(): Record<string, string> {
  return { variables: variables(), settings: settings(), thresholds: thresholds() }
}

function variables(): string {
  return markdownTable(
    ['variable', 'meaning', 'default'],
    Object.entries(VARIABLES).map(([name, { meaning, default: fallback }]) => [
      code(name),
      meaning,
      fallback === null ? 'none' : code(fallback),
    ]),
  )
}

function settings(): string {
  return markdownTable(
    ['setting', 'environment', 'meaning', 'allowed', 'default'],
    SETTING_NAMES.map((name) => [
      code(name),
      code(variableOf(name)),
      SETTINGS_SCHEMA.shape[name].description ?? '',
      name === 'validation' ? 'see below' : allowedValues([name]),
      fallback(name),
    ]),
  )
}

/** What `src/quality/thresholds.ts` says of each, for people who do not read it. */
const THRESHOLD_MEANINGS = {
  unknownNames: 'Warn when a larger share of campaigns, ad sets or ads has an `Unknown …` name.',
  unknownStatuses: 'Warn when a larger share of campaigns, ad sets or ads has the status `UNKNOWN`.',
  clicklessImpressions: 'No click at all: a warning in fewer impressions than this, a failure in more.',
  minCtr: 'Warn when clicks per impression are below.',
  maxCtr: 'Warn when clicks per impression are above.',
  linkClicksExcess:
    'Fail when link clicks exceed clicks (all) by a larger share; warn when they exceed them at all.',
  spendJump:
    'Warn when the newest whole day spends so many times the median of the seven days before, or its inverse.',
  reconciliationGap:
    "Fail above this gap between the facts and the API's own total of a day; warn at any gap.",
  breakdownGap: 'Fail above this gap between a breakdown and the core facts of a day; warn at any gap.',
} as const satisfies Record<keyof typeof DEFAULT_THRESHOLDS, string>

function thresholds(): string {
  const meanings: Readonly<Record<string, string>> = THRESHOLD_MEANINGS
  return markdownTable(
    ['`validation.…`', 'meaning', 'allowed', 'default'],
    Object.entries(DEFAULT_THRESHOLDS).map(([name, bound]) => [
      code(name),
      meanings[name] ?? '',
      allowedValues(['validation', name]),
      code(String(bound)),
    ]),
  )
}

function fallback(name: SettingName): string {
  if (name === 'validation') return 'see below'
  if (name === 'baseFieldsToPull') return 'the fields of the core report'
  const value = SETTINGS_SCHEMA.parse({})[name]
  if (name === 'schedules') return 'one, `daily`, at `0 5 * * *` on each account’s own clock'
  if (Array.isArray(value) && value.length === 0) return 'none'
  return code(Array.isArray(value) ? value.join(', ') : String(value))
}

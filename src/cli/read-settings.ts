import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { allowedValues } from './allowed-values.ts'
import type { Variables } from './config.ts'
import {
  SETTING_NAMES,
  SETTINGS_SCHEMA,
  type SettingName,
  type Settings,
  THRESHOLD_NAMES,
  variableOf,
} from './settings.ts'
import { SOURCE_KEYS } from './source-settings.ts'
import { UsageError } from './usage-error.ts'

const CONFIG_FILE = 'fbads.config.json'

/** Settings as people give them: any may be left out. */
type GivenSettings = z.input<typeof SETTINGS_SCHEMA>

/** Settings from their defaults, `fbads.config.json`, the environment. Throws UsageError. */
export function readSettings(folder: string, variables: Variables): Settings {
  const file = readFile(join(folder, CONFIG_FILE))
  const environment = readEnvironment(variables)
  const validation = { ...file.validation, ...environment.validation }
  return SETTINGS_SCHEMA.parse({ ...file, ...environment, validation })
}

function readFile(path: string): GivenSettings {
  const values = existsSync(path) ? parseFile(path) : {}
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new UsageError(`${CONFIG_FILE} must hold an object of settings.`)
  }
  // By it editors know what the rest may be.
  const { $schema: _, ...settings }: Readonly<Record<string, unknown>> = { ...values }
  assertSettings(settings, (place) => `${CONFIG_FILE}: ${place.join('.')}`)
  return settings
}

function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Without what it quotes of the file: somebody may have put a token there.
    throw new UsageError(`${CONFIG_FILE} cannot be read: ${message.replace(/, (\.{3})?"[\s\S]*$/, '')}`)
  }
}

function readEnvironment(variables: Variables): GivenSettings {
  const values: object = Object.fromEntries(
    SETTING_NAMES.flatMap((name) => {
      const text = variables[variableOf(name)]
      return text === undefined || text === '' ? [] : [[name, decodeVariable(name, text)]]
    }),
  )
  assertSettings(values, ([name = '', ...rest]) => [variableOf(name), ...rest].join('.'))
  return values
}

/** Lists may be written with commas; everything else as in JSON. */
function decodeVariable(name: SettingName, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return SETTINGS_SCHEMA.shape[name].unwrap() instanceof z.ZodArray
      ? text.split(',').map((part) => part.trim())
      : text
  }
}

/** Throws UsageError with a line for each value that is wrong; `nameOf` says what people call its place. */
function assertSettings(
  values: object,
  nameOf: (place: readonly string[]) => string,
): asserts values is GivenSettings {
  const { error } = SETTINGS_SCHEMA.safeParse(values, { reportInput: true })
  if (error === undefined) return
  const lines = error.issues.flatMap((issue) => {
    const place = issue.path.map(String)
    const isSource = place[0] === 'sources'
    if (issue.code !== 'unrecognized_keys') {
      const must = `it must be ${allowedValues(issue.path)}`
      // Where the name of a variable belongs, people put the token.
      if (isSource) return [`${nameOf(place)} is not right, and not repeated here: ${must}.`]
      return [`${nameOf(place)} is ${JSON.stringify(issue.input) ?? 'absent'}; ${must}.`]
    }
    const known = isSource ? SOURCE_KEYS : place.length === 0 ? SETTING_NAMES : THRESHOLD_NAMES
    return issue.keys.map(
      (key) => `${nameOf([...place, key])} is not a setting; known are ${known.join(', ')}.`,
    )
  })
  throw new UsageError(`${lines.join('\n')}\nSee docs/configuration.md.`)
}

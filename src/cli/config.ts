import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { type ObjectId, parseAccountId } from '../model/object-id.ts'
import type { AskedAccounts } from '../pipeline/source.ts'
import { isSafeAddress } from './safe-address.ts'
import { VARIABLES, type VariableName } from './settings.ts'
import { UsageError } from './usage-error.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** Where the API is, with what to ask it, and for which accounts. */
export interface Source {
  /** For people; no two have the same. */
  readonly name: string
  readonly accessToken: string
  /** The variable that holds it, for people. */
  readonly tokenEnv: string
  readonly appId: string | null
  readonly appSecret: string | null
  readonly accounts: AskedAccounts
  readonly graphUrl: string
  readonly apiVersion: string
}

/** Of the one source that there is when the settings have none. */
const DEFAULT_NAME = 'default'

/** The variables of `.env` in `folder`, under the real ones. Throws UsageError when it cannot be read. */
export function readVariables(folder: string, real: Variables): Variables {
  const file = join(folder, '.env')
  if (!existsSync(file)) return real
  const set = Object.entries(real).filter(([, value]) => value !== undefined && value !== '')
  return { ...parseFile(file), ...Object.fromEntries(set) }
}

function parseFile(file: string): Variables {
  try {
    return decodeEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`.env cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** The variables of a `.env`. Throws an Error that names no content of a bad line: it may be a secret. */
export function decodeEnv(text: string): Variables {
  const lines = text
    .replace(/=\s*(["'`])[\s\S]*?\1/g, (value) => `=${value.replace(/[^\n]/g, '')}`)
    .split('\n')
  const bad = lines.findIndex((line) => !/^\s*($|#|(export\s+)?[A-Za-z_]\w*\s*=)/.test(line))
  if (bad >= 0) throw new Error(`line ${bad + 1} is not written NAME=value`)
  return parseEnv(text)
}

/** The source that the variables `FACEBOOK_…` tell of. Throws UsageError for what is missing or malformed. */
export function readSource(variables: Variables, accountFlags: readonly string[]): Source {
  const accessToken = required(
    variables,
    'FACEBOOK_ACCESS_TOKEN',
    'a token of a user or system user with ads_read',
  )
  const accounts =
    accountFlags.length > 0
      ? accountFlags.join(',')
      : required(
          variables,
          'FACEBOOK_AD_ACCOUNT_ID',
          'an ad account (act_…), several with commas between, or all',
        )
  return {
    name: DEFAULT_NAME,
    accessToken,
    tokenEnv: 'FACEBOOK_ACCESS_TOKEN',
    appId: variables.FACEBOOK_APP_ID || null,
    appSecret: variables.FACEBOOK_APP_SECRET || null,
    accounts: parseAccounts(accounts),
    ...readEndpoint(variables),
  }
}

/** Where the API of every source is. Throws UsageError. */
export function readEndpoint(variables: Variables): Pick<Source, 'graphUrl' | 'apiVersion'> {
  return {
    graphUrl: parseGraphUrl(variable(variables, 'FACEBOOK_GRAPH_URL')),
    apiVersion: parseVersion(variable(variables, 'FACEBOOK_API_VERSION')),
  }
}

/** The accounts that `text` names; none twice. Throws UsageError. */
export function parseAccounts(text: string): AskedAccounts {
  if (text.trim() === 'all') return 'all'
  const ids = new Set<ObjectId>()
  for (const part of text.split(',').filter((part) => part.trim() !== '')) {
    try {
      ids.add(parseAccountId(part))
    } catch (error) {
      throw new UsageError(
        `${error instanceof Error ? error.message : error}; or "all" for every account of the token.`,
      )
    }
  }
  if (ids.size === 0)
    throw new UsageError('No ad account is named. Set FACEBOOK_AD_ACCOUNT_ID or give --account.')
  return [...ids]
}

export function variable(variables: Variables, name: VariableName): string {
  return variables[name] || (VARIABLES[name].default ?? '')
}

/** The value of the variable, without space around it. Throws UsageError, which names what belongs there. */
export function required(variables: Variables, name: string, what: string): string {
  const value = variables[name]?.trim()
  if (!value) throw new UsageError(`${name} is not set. Put ${what} into .env or the environment.`)
  return value
}

/** A token must not travel in the clear, except to this machine. */
function parseGraphUrl(text: string): string {
  if (!isSafeAddress(text)) {
    throw new UsageError(
      `FACEBOOK_GRAPH_URL is "${text}"; it must be an https:// address (http:// only on this machine, for the simulator).`,
    )
  }
  return text.replace(/\/+$/, '')
}

function parseVersion(text: string): string {
  if (!/^v\d+\.\d+$/.test(text))
    throw new UsageError(`FACEBOOK_API_VERSION is "${text}"; it must look like v26.0.`)
  return text
}

import { isPossibleToken } from '../extract/with-token.ts'
import { type AskedAccounts, sourceOf } from '../pipeline/source.ts'
import { parseAccounts, readEndpoint, readSource, required, type Source, type Variables } from './config.ts'
import type { SourceSetting } from './source-settings.ts'
import { UsageError } from './usage-error.ts'

export interface SourceFlags {
  /** Ids, or `all`; as they are set when empty. */
  readonly account?: readonly string[]
  /** Names; all when empty. */
  readonly source?: readonly string[]
}

type NotEmpty<T> = readonly [T, ...T[]]

/**
 * What is to be read, and with what: the sources of the settings, or without any the one of the variables
 * `FACEBOOK_…`; of these only what the flags leave. Throws UsageError for what is missing or malformed.
 */
export function readSources(
  variables: Variables,
  settings: readonly SourceSetting[],
  flags: SourceFlags,
): NotEmpty<Source> {
  const { account = [], source: names = [] } = flags
  if (settings.length === 0) return chooseSources([readSource(variables, account)], names)
  const sources = settings.map((setting) => ({
    ...setting,
    accounts: parseAccounts(String(setting.accounts)),
  }))
  const chosen = chooseSources(sources, names)
  const asked = account.length === 0 ? 'set' : parseAccounts(account.join(','))
  const [first, ...rest] = chosen
    .map((source) => ({ ...source, accounts: accountsOf(source, chosen, asked) }))
    .filter(({ accounts }) => accounts.length > 0)
    .map((source) => toSource(source, variables))
  if (first === undefined)
    throw new UsageError('--account all is for sources whose accounts are "all"; there is none.')
  return [first, ...rest]
}

/** False when nothing says what a sync would read. */
export function hasSources(variables: Variables, settings: readonly SourceSetting[]): boolean {
  return settings.length > 0 || Boolean(variables.FACEBOOK_ACCESS_TOKEN)
}

function chooseSources<S extends { readonly name: string }>(
  sources: readonly S[],
  names: readonly string[],
): NotEmpty<S> {
  const known = sources.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  const [first, ...rest] = sources.filter(({ name }) => names.length === 0 || names.includes(name))
  if (unknown !== undefined || first === undefined)
    throw new UsageError(`--source is "${unknown}"; sources are ${known.join(', ')}.`)
  return [first, ...rest]
}

function accountsOf<S extends { readonly accounts: AskedAccounts }>(
  source: S,
  sources: readonly S[],
  asked: AskedAccounts | 'set',
): AskedAccounts {
  if (asked === 'set') return source.accounts
  if (asked === 'all') return source.accounts === 'all' ? 'all' : []
  return asked.filter((accountId) => sourceOf(sources, accountId) === source)
}

function toSource(
  {
    name,
    tokenEnv,
    appIdEnv,
    appSecretEnv,
    accounts,
  }: Omit<SourceSetting, 'accounts'> & Pick<Source, 'accounts'>,
  variables: Variables,
): Source {
  const accessToken = required(variables, tokenEnv, `the token of the source ${name}, with ads_read,`)
  if (!isPossibleToken(accessToken))
    throw new UsageError(
      `${tokenEnv} has characters that no token has. Copy the token of the source ${name} again, without quotes and spaces.`,
    )
  const optional = (variable: string | undefined, what: string) =>
    variable === undefined ? null : required(variables, variable, `${what} of the source ${name}`)
  return {
    name,
    accessToken,
    tokenEnv,
    appId: optional(appIdEnv, 'the id of the app'),
    appSecret: optional(appSecretEnv, 'the secret of the app'),
    accounts,
    ...readEndpoint(variables),
  }
}

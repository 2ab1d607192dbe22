import { readAdAccount } from '../../extract/ad-accounts.ts'
import { isGraphError } from '../../extract/graph-error.ts'
import { createMarketingApi, type MarketingApiOptions } from '../../extract/marketing-api.ts'
import { inspectToken, type TokenInspection } from '../../extract/token.ts'
import { openPostgres } from '../../load/postgres.ts'
import type { AskedAccounts } from '../../pipeline/source.ts'
import { readSource, type Variables } from '../config.ts'
import type { Context } from '../context.ts'
import { apiOptions } from '../marketing-apis.ts'
import { UsageError } from '../usage-error.ts'

export interface Credentials {
  readonly accessToken: string
  readonly appSecret: string | null
}

/** How the API is asked with what was answered so far: a person waits, so nothing is waited for. */
export function optionsWith(
  credentials: Credentials,
  variables: Variables,
  context: Context,
): MarketingApiOptions {
  const source = readSource(
    {
      ...variables,
      FACEBOOK_ACCESS_TOKEN: credentials.accessToken,
      FACEBOOK_APP_SECRET: credentials.appSecret ?? '',
    },
    ['all'],
  )
  return {
    ...apiOptions(context, source, 4, () => undefined),
    retry: { attempts: 2, maxThrottleWaitMs: 0 },
  }
}

/** Whether the token is one, until when, and for what. Throws GraphError when the API refuses it. */
export async function checkToken(
  options: MarketingApiOptions,
  variables: Variables,
  signal: AbortSignal,
): Promise<TokenInspection> {
  const inspection = await inspectToken(options, variables.FACEBOOK_APP_ID || null, signal)
  if (inspection.error !== null) throw inspection.error
  return inspection
}

/** Throws GraphError, or UsageError that names the account which the token does not reach. */
export async function checkAccounts(
  accounts: AskedAccounts,
  options: MarketingApiOptions,
  signal: AbortSignal,
): Promise<void> {
  if (accounts === 'all') return
  const api = createMarketingApi(options)
  for (const id of accounts) {
    try {
      await readAdAccount(api, id, signal)
    } catch (error) {
      if (!isGraphError(error, 'not-found', 'permission')) throw error
      throw Object.assign(error, { message: `act_${id}: ${error.message}` })
    }
  }
}

/** Connects once. Throws UsageError or DatabaseError. */
export async function checkDatabase(url: string, schema: string): Promise<string> {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new UsageError(
      'The address of a database begins with postgres://, as in postgres://user:password@host:5432/database.',
    )
  const warehouse = await openPostgres({
    connectionString: url,
    schema,
    maxConnections: 1,
    applicationName: 'fbads',
  })
  await warehouse.close()
  return warehouse.location
}

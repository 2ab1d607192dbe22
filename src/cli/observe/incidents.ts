import { inspectToken } from '../../extract/token.ts'
import { DatabaseError } from '../../load/database-error.ts'
import type { FreshnessScope } from '../../load/read-freshness.ts'
import type { Warehouse } from '../../load/session.ts'
import { noteToken } from '../../observe/note-token.ts'
import { tellIncidents } from '../../observe/tell-incidents.ts'
import type { Webhook } from '../../observe/webhook.ts'
import { parseAccounts, type Source, type Variables } from '../config.ts'
import { type Context, variablesOf } from '../context.ts'
import { DocumentedError } from '../documented-error.ts'
import { apiOptions } from '../marketing-apis.ts'
import type { Settings } from '../settings.ts'
import { readWebhook } from './read-webhook.ts'

const TOKEN_NAME = 'FACEBOOK_ACCESS_TOKEN'

export interface Watched {
  readonly source: Source
  readonly settings: Settings
}

/**
 * Runs a sync and, however it ends, looks at what is wrong and tells it. That somebody could not be told is a warning,
 * and changes nothing. Throws UsageError for a bad FBADS_WEBHOOK_URL before anything else.
 */
export async function tellingIncidents<T>(
  warehouse: Warehouse,
  watched: Watched,
  context: Context,
  body: () => Promise<T>,
): Promise<T> {
  const webhook = readWebhook(variablesOf(context), context.fetch)
  let failure: unknown = null
  try {
    return await body()
  } catch (error) {
    failure = error instanceof DocumentedError ? error.cause : error
    throw error
  } finally {
    // Who has stopped it knows.
    if (!context.signal.aborted) await tellAfterRun(warehouse, watched, webhook, failure, context)
  }
}

/** Which ad accounts are watched: those that the environment names, whichever the run was for. */
export function scopeOf(variables: Variables, { reports }: Pick<Settings, 'reports'>): FreshnessScope {
  const named = variables.FACEBOOK_AD_ACCOUNT_ID?.trim()
  const accounts = named ? parseAccounts(named) : 'all'
  return { accounts: accounts === 'all' ? null : accounts, reports }
}

async function tellAfterRun(
  warehouse: Warehouse,
  { source, settings }: Watched,
  webhook: Webhook | null,
  failure: unknown,
  context: Context,
): Promise<void> {
  const { clock, output, signal } = context
  const warn = (error: unknown) =>
    output.aside(`⚠️ WARNING: ${error instanceof Error ? error.message : error}`, 'warning')
  const { appId, appSecret } = source
  const options = {
    ...apiOptions(context, source, 1, () => undefined),
    retry: { attempts: 2, maxThrottleWaitMs: 0 },
  }
  const inspect = appId && appSecret ? () => inspectToken(options, appId, signal) : null
  try {
    await noteToken({ warehouse, name: TOKEN_NAME, inspect, failure, nowMs: clock.now() }).catch(warn)
    const scope = scopeOf(variablesOf(context), settings)
    const told = { warehouse, webhook, ...scope, staleDays: settings.staleDays, nowMs: () => clock.now() }
    const { problems } = await tellIncidents(told, signal)
    problems.forEach(warn)
  } catch (error) {
    // A warehouse that is away keeps no account of who was told: then every run that fails by it says so.
    if (failure instanceof DatabaseError && webhook !== null)
      return webhook(`❌ fbads\nThe sync failed: ${failure.message}`, signal).catch(warn)
    warn(error)
  }
}

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
import type { Output } from '../output.ts'
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

/** Opens the warehouse of a sync; that it cannot be opened is told, unless another sync just has it. */
export async function openTold(open: () => Promise<Warehouse>, context: Context): Promise<Warehouse> {
  const webhook = readWebhook(variablesOf(context), context.fetch)
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof DatabaseError && error.kind === 'locked'))
      await tellUnrecorded(error, webhook, context)
    throw error
  }
}

/** A warehouse that is away keeps no account of who was told: every sync that fails by it says so. */
async function tellUnrecorded(
  failure: unknown,
  webhook: Webhook | null,
  { output, signal }: Context,
): Promise<void> {
  if (!(failure instanceof DatabaseError)) return
  await webhook?.(`❌ fbads\nThe sync failed: ${failure.message}`, signal).catch((error) =>
    warnOf(error, output),
  )
}

function warnOf(error: unknown, output: Output): void {
  output.aside(`⚠️ WARNING: ${error instanceof Error ? error.message : error}`, 'warning')
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
  const warn = (error: unknown) => warnOf(error, output)
  const { appId, appSecret } = source
  const options = {
    ...apiOptions(context, source, 1, () => undefined),
    retry: { attempts: 2, maxThrottleWaitMs: 0 },
  }
  const inspect = appId && appSecret ? () => inspectToken(options, appId, signal) : null
  try {
    await noteToken({ warehouse, name: TOKEN_NAME, inspect, failure, nowMs: clock.now() }).catch((error) => {
      if (!(failure instanceof DatabaseError)) warn(error)
    })
    const scope = scopeOf(variablesOf(context), settings)
    const told = { warehouse, webhook, ...scope, staleDays: settings.staleDays, nowMs: () => clock.now() }
    const { incidents, problems } = await tellIncidents(told, signal)
    problems.forEach(warn)
    if (!incidents.some(({ kind }) => kind === 'run')) await tellUnrecorded(failure, webhook, context)
  } catch (error) {
    if (!(failure instanceof DatabaseError)) warn(error)
    await tellUnrecorded(failure, webhook, context)
  }
}

import { inspectToken } from '../../extract/token.ts'
import { DatabaseError } from '../../load/database-error.ts'
import type { FreshnessScope } from '../../load/read-freshness.ts'
import type { Warehouse } from '../../load/session.ts'
import { noteToken } from '../../observe/note-token.ts'
import { tellIncidents } from '../../observe/tell-incidents.ts'
import type { Webhook } from '../../observe/webhook.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import { parseAccounts, type Source, type Variables } from '../config.ts'
import { type Context, variablesOf } from '../context.ts'
import { DocumentedError } from '../documented-error.ts'
import { apiOptions } from '../marketing-apis.ts'
import type { Output } from '../output.ts'
import type { Settings } from '../settings.ts'
import { readWebhook } from './read-webhook.ts'

export interface Watched {
  readonly sources: readonly Source[]
  readonly settings: Settings
}

/** What a sync tells of its sources. */
type Told = Pick<SyncSummary, 'stoppedSources'>

/**
 * Runs a sync and, however it ends, looks at what is wrong and tells it. That somebody could not be told is a warning,
 * and changes nothing. Throws UsageError for a bad FBADS_WEBHOOK_URL before anything else.
 */
export async function tellingIncidents<T extends Told>(
  warehouse: Warehouse,
  watched: Watched,
  context: Context,
  body: () => Promise<T>,
): Promise<T> {
  const webhook = readWebhook(variablesOf(context), context.fetch)
  let failure: unknown = null
  let stopped: Told['stoppedSources'] = []
  try {
    const ended = await body()
    stopped = ended.stoppedSources
    return ended
  } catch (error) {
    failure = error instanceof DocumentedError ? error.cause : error
    throw error
  } finally {
    // Who has stopped it knows.
    if (!context.signal.aborted)
      await tellAfterRun(warehouse, watched, webhook, { failure, stopped }, context)
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

/** Which ad accounts are watched: those that the settings or the environment name, whichever the run was for. */
export function scopeOf(
  variables: Variables,
  { reports, sources }: Pick<Settings, 'reports' | 'sources'>,
): FreshnessScope {
  const named =
    sources.length > 0
      ? sources.map(({ accounts }) => String(accounts))
      : [variables.FACEBOOK_AD_ACCOUNT_ID?.trim() || 'all']
  const accounts = named.includes('all') ? 'all' : parseAccounts(named.join(','))
  return { accounts: accounts === 'all' ? null : accounts, reports }
}

/** Tells what is wrong after a run of the queue, by whoever has closed it. */
export async function tellAfterClosed(
  warehouse: Warehouse,
  watched: Watched,
  { stoppedSources }: Told,
  context: Context,
): Promise<void> {
  const webhook = readWebhook(variablesOf(context), context.fetch)
  await tellAfterRun(warehouse, watched, webhook, { failure: null, stopped: stoppedSources }, context)
}

/** Looks at the warehouse and the tokens after a run, and tells what is wrong. Never rejects. */
async function tellAfterRun(
  warehouse: Warehouse,
  { sources, settings }: Watched,
  webhook: Webhook | null,
  { failure, stopped }: { readonly failure: unknown; readonly stopped: Told['stoppedSources'] },
  context: Context,
): Promise<void> {
  const { clock, output, signal } = context
  const warn = (error: unknown) => warnOf(error, output)
  try {
    for (const source of sources) {
      const own = stopped.find(({ name }) => name === source.name)?.error ?? failure
      await noteTokenOf(source, warehouse, own, context).catch((error) => {
        if (!(failure instanceof DatabaseError)) warn(error)
      })
    }
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

async function noteTokenOf(
  source: Source,
  warehouse: Warehouse,
  failure: unknown,
  context: Context,
): Promise<void> {
  const { appId, appSecret, tokenEnv } = source
  const options = {
    ...apiOptions(context, source, 1, () => undefined),
    retry: { attempts: 2, maxThrottleWaitMs: 0 },
  }
  const inspect = appId && appSecret ? () => inspectToken(options, appId, context.signal) : null
  await noteToken({ warehouse, name: tokenEnv, inspect, failure, nowMs: context.clock.now() })
}

import { versionWarning } from '../../extract/api-versions.ts'
import type { Warehouse } from '../../load/session.ts'
import { dayIn } from '../../model/calendar-date.ts'
import { isReportName, REPORT_NAMES, type ReportName } from '../../model/report.ts'
import { ETLPipeline, type PipelineSettings } from '../../pipeline/etl-pipeline.ts'
import type { AskedDays } from '../../pipeline/plan.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import type { Source } from '../config.ts'
import { type Context, isReadByOthers, openWarehouse, variablesOf } from '../context.ts'
import { checkRetention, type DateFlags, parseAskedDays } from '../dates.ts'
import { DocumentedError } from '../documented-error.ts'
import { EXIT, type ExitStatus, statusOfSync } from '../exit-status.ts'
import { extraFields } from '../extra-fields.ts'
import { shareLimitsOf } from '../limits-of.ts'
import { createPipelineSources } from '../marketing-apis.ts'
import { openTold, tellingIncidents } from '../observe/incidents.ts'
import { traced } from '../observe/traced.ts'
import { parseNumber } from '../parse-number.ts'
import { readSettings } from '../read-settings.ts'
import { createLogView } from '../render/log-view.ts'
import { syncDocument } from '../render/sync-document.ts'
import { createSyncView } from '../render/sync-view.ts'
import type { Settings } from '../settings.ts'
import { readSources, type SourceFlags } from '../sources.ts'
import { UsageError } from '../usage-error.ts'
import { showPlan } from './dry-run.ts'

export interface SyncFlags extends DateFlags, SourceFlags {
  readonly report?: readonly string[]
  readonly dryRun?: boolean
  /** Plans into the queue, for workers. */
  readonly queue?: boolean
  readonly detach?: boolean
  /** Minutes. */
  readonly maxWait?: string
}

/** How long one call waits for rate limits, when nothing else is said. */
export const MAX_WAIT_MINUTES = 60

/** The main job. */
export async function sync(flags: SyncFlags, context: Context): Promise<ExitStatus> {
  const variables = variablesOf(context)
  if (isReadByOthers(context)) {
    context.output.say('⚠️ WARNING: .env can be read by others on this machine: chmod 600 .env', 'warning')
  }
  const settings = withReports(readSettings(context.folder, variables), flags.report ?? [])
  const asked = parseAskedDays(flags, context.clock.now())
  checkRetention(asked, context.clock.now())
  const sources = readSources(variables, settings.sources, flags)
  const maxWaitMs = parseNumber('--max-wait', flags.maxWait, MAX_WAIT_MINUTES, 0, 1440) * 60_000
  if (flags.dryRun) {
    await showPlan({ sources, asked, settings }, context)
    return EXIT.done
  }
  if (flags.detach && !flags.queue)
    throw new UsageError('--detach needs --queue: without it this process does the work.')
  if (flags.queue) {
    const { syncByQueue } = await import('./sync-queue.ts')
    const order = {
      accounts: flags.account ?? [],
      asked,
      reports: settings.reports,
      detach: flags.detach ?? false,
    }
    return syncByQueue(order, context)
  }
  // Each account at work holds one connection for its lock, and lends another for each load.
  const open = () => openWarehouse(context, variables, settings.maxWorkers)
  const warehouse = await openTold(open, context)
  const order = { sources, settings, asked, maxWaitMs }
  try {
    const { status } = await tellingIncidents(warehouse, order, context, () =>
      syncInto(warehouse, order, context),
    )
    return status
  } finally {
    await warehouse.close()
  }
}

export interface SyncOrder {
  readonly sources: readonly [Source, ...Source[]]
  readonly settings: Settings
  readonly asked: AskedDays | null
  /** How long one call waits for rate limits in all. */
  readonly maxWaitMs: number
}

/** How a sync ended that was shown. */
interface ShownSync extends Pick<SyncSummary, 'stoppedSources'> {
  readonly status: ExitStatus
}

/** Syncs into an opened warehouse, shows it, and says how it ended. */
export async function syncInto(warehouse: Warehouse, order: SyncOrder, context: Context): Promise<ShownSync> {
  const { output, clock } = context
  const view = output.log ? createLogView(output.log) : createSyncView(output, clock)
  try {
    const message = versionWarning(order.sources[0].apiVersion, dayIn('UTC', clock.now()))
    if (message !== null) view.onEvent({ type: 'api-warning', message })
    const summary = await traced(context, view.onEvent, (onEvent) =>
      runPipeline(warehouse, order, { ...context, onEvent }),
    )
    view.end(summary)
    if (output.json) output.result(syncDocument(summary))
    return { status: statusOfSync(summary), stoppedSources: summary.stoppedSources }
  } catch (error) {
    if (view.aborted === null || !(error instanceof Error)) throw error
    throw new DocumentedError(error, syncDocument(view.aborted, error.message))
  } finally {
    view.close()
  }
}

/** The sync itself, without a word. */
export async function runPipeline(
  warehouse: Warehouse,
  { sources, settings, asked, maxWaitMs }: SyncOrder,
  context: Pick<Context, 'clock' | 'fetch' | 'signal'> & { readonly onEvent: (event: SyncEvent) => void },
): Promise<SyncSummary> {
  const { clock, signal, onEvent } = context
  const limits = shareLimitsOf(sources, warehouse, clock, onEvent)
  try {
    const pipeline = new ETLPipeline({
      sources: createPipelineSources(context, sources, settings, maxWaitMs, onEvent, limits),
      warehouse,
      clock,
      settings: toPipelineSettings(settings),
      onEvent,
    })
    return await pipeline.run(asked, signal)
  } finally {
    await limits.close()
  }
}

export function toPipelineSettings(settings: Settings): PipelineSettings {
  const { baseFieldsToPull, validation, sources: _, ...rest } = settings
  return { ...rest, extraFields: extraFields(baseFieldsToPull), thresholds: validation }
}

function withReports(settings: Settings, names: readonly string[]): Settings {
  if (names.length === 0) return settings
  const reports = names.map((name): ReportName => {
    if (isReportName(name)) return name
    throw new UsageError(`--report is "${name}"; reports are ${REPORT_NAMES.join(', ')}.`)
  })
  return { ...settings, reports: [...new Set(reports)] }
}

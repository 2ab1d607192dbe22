import { versionWarning } from '../../extract/api-versions.ts'
import type { Warehouse } from '../../load/session.ts'
import { dayIn } from '../../model/calendar-date.ts'
import { isReportName, REPORT_NAMES, type ReportName } from '../../model/report.ts'
import { ETLPipeline, type PipelineSettings } from '../../pipeline/etl-pipeline.ts'
import type { AskedDays } from '../../pipeline/plan.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import { readSource, type Source } from '../config.ts'
import { type Context, isReadByOthers, openWarehouse, variablesOf } from '../context.ts'
import { checkRetention, type DateFlags, parseAskedDays } from '../dates.ts'
import { DocumentedError } from '../documented-error.ts'
import { EXIT, type ExitStatus, statusOfSync } from '../exit-status.ts'
import { extraFields } from '../extra-fields.ts'
import { createApis } from '../marketing-apis.ts'
import { parseNumber } from '../parse-number.ts'
import { readSettings } from '../read-settings.ts'
import { syncDocument } from '../render/sync-document.ts'
import { createSyncView } from '../render/sync-view.ts'
import { retainAfterSync } from '../retain-after-sync.ts'
import type { Settings } from '../settings.ts'
import { UsageError } from '../usage-error.ts'
import { showPlan } from './dry-run.ts'

export interface SyncFlags extends DateFlags {
  readonly account?: readonly string[]
  readonly report?: readonly string[]
  readonly dryRun?: boolean
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
  const source = readSource(variables, flags.account ?? [])
  const maxWaitMs = parseNumber('--max-wait', flags.maxWait, MAX_WAIT_MINUTES, 0, 1440) * 60_000
  if (flags.dryRun) {
    await showPlan({ accounts: source.accounts, asked, settings }, context)
    return EXIT.done
  }
  // Each account at work holds one connection for its lock, and lends another for each load.
  const warehouse = await openWarehouse(context, variables, settings.maxWorkers)
  try {
    const status = await syncInto(warehouse, { source, settings, asked, maxWaitMs }, context)
    return await retainAfterSync(warehouse, settings, status, context)
  } finally {
    await warehouse.close()
  }
}

export interface SyncOrder {
  readonly source: Source
  readonly settings: Settings
  readonly asked: AskedDays | null
  /** How long one call waits for rate limits in all. */
  readonly maxWaitMs: number
}

/** Syncs into an opened warehouse, shows it, and says how it ended. */
export async function syncInto(
  warehouse: Warehouse,
  { source, settings, asked, maxWaitMs }: SyncOrder,
  context: Context,
): Promise<ExitStatus> {
  const { output, clock } = context
  const view = createSyncView(output, clock)
  try {
    const message = versionWarning(source.apiVersion, dayIn('UTC', clock.now()))
    if (message !== null) view.onEvent({ type: 'api-warning', message })
    const summary = await runPipeline(
      warehouse,
      { source, settings, asked, maxWaitMs },
      { ...context, onEvent: view.onEvent },
    )
    view.end(summary)
    if (output.json) output.result(syncDocument(summary))
    return statusOfSync(summary)
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
  { source, settings, asked, maxWaitMs }: SyncOrder,
  context: Pick<Context, 'clock' | 'fetch' | 'signal'> & { readonly onEvent: (event: SyncEvent) => void },
): Promise<SyncSummary> {
  const { clock, signal, onEvent } = context
  const pipeline = new ETLPipeline({
    ...createApis(context, source, settings, maxWaitMs, onEvent),
    warehouse,
    clock,
    accounts: source.accounts,
    settings: toPipelineSettings(settings),
    onEvent,
  })
  return pipeline.run(asked, signal)
}

export function toPipelineSettings(settings: Settings): PipelineSettings {
  const { baseFieldsToPull, validation, ...rest } = settings
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

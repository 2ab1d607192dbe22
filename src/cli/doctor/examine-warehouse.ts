import { type OpenBuild, readBuilds } from '../../load/finish-builds.ts'
import { readStatus } from '../../load/read-status.ts'
import type { Row, Warehouse } from '../../load/session.ts'
import { validateWarehouse } from '../../pipeline/validate-warehouse.ts'
import type { Settings } from '../settings.ts'
import type { Examination } from './examination.ts'

/** A schedule that has not run for so long has been forgotten. */
const STALE_MS = 48 * 3_600_000
const SHOWN_BUILDS = 6

/** What is loaded, how the last sync ended, what is missing, and whether the figures can be trusted. Reads only. */
export async function examineWarehouse(
  warehouse: Warehouse,
  settings: Settings,
  { begin, note, skip, examine }: Examination,
  nowMs: number,
): Promise<void> {
  const status = await examine(
    'ledger',
    () => readStatus(warehouse, null),
    ({ slices }) => describeSlices(slices),
  )
  if (status === null) return skip(['Validation'], 'the ledger cannot be read, see Load')
  const [last] = status.runs
  if (last === undefined) return skip(['Validation'], 'no sync has run yet')
  await examine(
    'builds',
    () => readBuilds(warehouse),
    (builds) => describeBuilds(builds, last),
  )
  await examine(
    'last sync',
    async () => last,
    (run) => describeRun(run, nowMs),
  )
  await examine('holes', async () => status.holes, describeHoles)
  begin('Validation')
  const report = await examine(
    'checks',
    () =>
      validateWarehouse(
        warehouse,
        {
          accounts: 'all',
          asked: { days: settings.dailyPullDays },
          reports: settings.reports,
          thresholds: settings.validation,
        },
        nowMs,
      ),
    ({ checks, since, until }) =>
      since === null
        ? { warning: 'nothing is loaded of the last days, so nothing can be checked' }
        : `${checks.filter((check) => check.status === 'pass').length} of ${checks.length} pass, ${since} to ${until}`,
  )
  for (const { name, status: result, detail } of report?.checks ?? [])
    if (result !== 'pass') note({ check: name, status: result === 'fail' ? 'failed' : 'warn', detail })
}

function describeSlices(slices: readonly Row[]) {
  if (slices.length === 0) return { warning: 'nothing is loaded yet; run fbads sync' }
  const rows = slices.reduce((sum, row) => sum + Number(row.rows), 0)
  const accounts = new Set(slices.map((row) => row.account_id)).size
  return `${rows} records of ${accounts} ${accounts === 1 ? 'account' : 'accounts'} loaded`
}

/** What is loaded, but not yet attached to the fact tables; a sync does so while it runs, at its end, and before all else. */
function describeBuilds(builds: readonly OpenBuild[], last: Row) {
  if (builds.length === 0) return 'nothing that is loaded waits beside the fact tables'
  const slices = builds.reduce((sum, build) => sum + build.slices, 0)
  const months = builds.map(({ report, month }) => `${report} ${month.first.slice(0, 7)}`)
  const shown = months.length > SHOWN_BUILDS ? [...months.slice(0, SHOWN_BUILDS), '…'] : months
  const next =
    last.status === 'running'
      ? 'the sync that runs attaches them, or the next one if it was killed'
      : 'a sync was killed there, and the next fbads sync attaches them before anything else'
  return {
    warning: `${slices} ${slices === 1 ? 'slice is' : 'slices are'} loaded beside the fact tables (${shown.join(', ')}), where queries do not see them: ${next}`,
  }
}

function describeRun({ run_id: id, status, started_at: started, error }: Row, nowMs: number) {
  const at = started instanceof Date ? started.toISOString() : String(started)
  if (status !== 'succeeded')
    return {
      warning: `run ${id} of ${at} is ${status}${error ? `: ${error}` : ''}; fbads sync goes on with it`,
    }
  if (started instanceof Date && nowMs - started.getTime() > STALE_MS)
    return {
      warning: `run ${id} succeeded, but on ${at}, more than two days ago: see that its schedule still runs`,
    }
  return `run ${id} of ${at} succeeded`
}

function describeHoles(holes: readonly Row[]) {
  const [first] = holes
  if (first === undefined) return 'no slice between the first and the last day is missing or failed'
  return {
    warning: `slices are missing or failed, the newest ${first.report} of act_${first.account_id} on ${first.date}; the next fbads sync reads them`,
  }
}

import type { CalendarDate } from '../../model/calendar-date.ts'
import type { Panel } from '../panel.ts'
import { sql } from '../sql.ts'

export interface CheckRow {
  readonly check_name: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly measured: string | null
  readonly threshold: string | null
  readonly detail: string
  /** The run that found it so, and its days. */
  readonly run_id: string
  readonly since: CalendarDate | null
  readonly until: CalendarDate | null
  /** Of the runs before and this one, the newest last. */
  readonly history: readonly { readonly run_id: string; readonly status: 'pass' | 'warn' | 'fail' }[]
}

/**
 * The checks of the newest run that was checked, each with what it was in the runs before. Where that run has looked
 * at less, as when one day is loaded again, the worse of it and of the runs before that it does not replace.
 */
export const checks: Panel<readonly CheckRow[]> = async ({ reader }) => {
  const rows = (await reader.read(sql`
    SELECT c.check_name, c.status, c.measured, c.threshold, c.detail, c.run_id, r.since, r.until
    FROM etl_check c JOIN etl_run r ON r.run_id = c.run_id
    WHERE c.run_id IN (SELECT run_id FROM etl_check GROUP BY run_id ORDER BY run_id DESC LIMIT ${CHECKED_RUNS})
    ORDER BY c.run_id, c.check_id`)) as unknown as CheckedRow[]
  const runs = [...new Map(rows.map((row) => [row.run_id, row])).values()]
  const standing = new Set(
    runs
      .filter((run, i) => !runs.slice(i + 1).some((later) => replaces(later, run)))
      .map(({ run_id }) => run_id),
  )
  const shown = rows.filter(({ run_id }) => standing.has(run_id))
  return [...new Set(shown.map(({ check_name }) => check_name))].map((name) => {
    const worst = shown
      .filter(({ check_name }) => check_name === name)
      .reduce((a, b) => (SEVERITY[b.status] >= SEVERITY[a.status] ? b : a))
    const history = rows
      .filter(({ check_name }) => check_name === name)
      .map(({ run_id, status }) => ({ run_id, status }))
    return { ...worst, history }
  })
}

const CHECKED_RUNS = 30
const SEVERITY = { pass: 0, warn: 1, fail: 2 } as const

type CheckedRow = Omit<CheckRow, 'history'>
type RunDays = Pick<CheckedRow, 'since' | 'until'>

/** Whether a later run makes an earlier one old: by days that it has beyond it, or by as many that end as late. */
function replaces(later: RunDays, earlier: RunDays): boolean {
  if (earlier.since === null || earlier.until === null) return true
  if (later.since === null || later.until === null) return false
  if (later.until !== earlier.until) return later.until > earlier.until
  return later.since <= earlier.since
}

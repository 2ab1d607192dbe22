import { GraphFailure, notFound } from '../graph/graph-failure.ts'
import { type GraphErrorSpec, NAMED_ERRORS } from '../graph/named-errors.ts'
import type { InsightsQuery } from '../insights/insights-query.ts'
import type { RowPlan } from '../insights/row-plan.ts'
import type { WorldAccount } from '../world/world-objects.ts'
import { type RunFate, type RunProgress, type RunTimes, runProgress } from './run-fate.ts'

interface ReportRun {
  readonly id: string
  readonly query: InsightsQuery
  readonly fate: RunFate
  readonly createdMs: number
  readsBeforeFound: number
  plan: RowPlan | null
}

/** The asynchronous jobs of the insights edge. */
export interface ReportRuns {
  /**
   * Its id: digits, beyond 2^53, the same for the same mark from 0 to 1 unless a run has it. A scripted fate comes
   * before the given one.
   */
  start(query: InsightsQuery, nowMs: number, fate: RunFate, mark: number): string
  isRun(id: string): boolean
  /** Without `act_`; null when there is no such run. */
  accountOf(id: string): string | null
  /** The node of a run. Throws a 100/33 when it cannot be found yet, or any more. */
  describe(id: string, nowMs: number): Record<string, unknown>
  /**
   * The result: the rows as they were known when the run ended, planned once. Throws a 100/1815107 while
   * there is none.
   */
  read(id: string, nowMs: number, plan: (query: InsightsQuery, atMs: number) => RowPlan): RunResult
  /** The next run to start has this fate; called again, the one after it. */
  script(fate: RunFate): void
  /** Fates that no run has had yet. */
  unused(): RunFate[]
}

interface RunResult {
  readonly query: InsightsQuery
  readonly plan: RowPlan
  readonly endedMs: number
}

const FIRST_ID = 120_330_000_000_000_001n
const KEPT_MS = 30 * 86_400_000

/** Of more than `most` runs the oldest is forgotten, as if it had expired. */
export function createReportRuns(times: RunTimes, most: number): ReportRuns {
  const runs = new Map<string, ReportRun>()
  const fates: RunFate[] = []
  const find = (id: string, nowMs: number): ReportRun => {
    const run = runs.get(id)
    if (!run || nowMs - run.createdMs > KEPT_MS) throw notFound(id)
    if (run.readsBeforeFound-- > 0) throw notFound(id)
    return run
  }
  const progressOf = (run: ReportRun, nowMs: number) => runProgress(run.fate, times, nowMs - run.createdMs)
  return {
    start: (query, createdMs, given, mark) => {
      let number = FIRST_ID + BigInt(Math.floor(mark * 2 ** 32))
      while (runs.has(String(number))) number += 1n
      const id = String(number)
      const fate = fates.shift() ?? given
      const readsBeforeFound = fate === 'late-to-exist' ? 2 : 0
      runs.set(id, { id, query, fate, createdMs, readsBeforeFound, plan: null })
      const [oldest] = runs.keys()
      if (runs.size > most && oldest !== undefined) runs.delete(oldest)
      return id
    },
    isRun: (id) => runs.has(id),
    accountOf: (id) => {
      const run = runs.get(id)
      return run ? accountIn(run.query).id : null
    },
    describe: (id, nowMs) => {
      const run = find(id, nowMs)
      return toNode(run, progressOf(run, nowMs))
    },
    read: (id, nowMs, plan) => {
      const run = find(id, nowMs)
      const { status, endedAfterMs } = progressOf(run, nowMs)
      if (status !== 'Job Completed' || endedAfterMs === null) throw new GraphFailure('report-not-ready')
      const endedMs = run.createdMs + endedAfterMs
      run.plan ??= plan(run.query, endedMs)
      return { query: run.query, plan: run.plan, endedMs }
    },
    script: (fate) => {
      fates.push(fate)
    },
    unused: () => [...fates],
  }
}

function toNode(run: ReportRun, { status, percent, endedAfterMs }: RunProgress): Record<string, unknown> {
  const { query } = run
  const toSeconds = (ms: number) => Math.floor(ms / 1000)
  return {
    id: run.id,
    account_id: accountIn(query).id,
    time_ref: toSeconds(run.createdMs),
    ...(endedAfterMs !== null && { time_completed: toSeconds(run.createdMs + endedAfterMs) }),
    async_status: status,
    async_percent_completion: percent,
    is_running: endedAfterMs === null,
    date_start: query.periods[0]?.since,
    date_stop: query.periods.at(-1)?.until,
    ...(status === 'Job Failed' &&
      typeof run.fate === 'object' &&
      toErrorFields(NAMED_ERRORS[run.fate.failed])),
  }
}

function accountIn({ node }: InsightsQuery): WorldAccount {
  return node.kind === 'account' ? node : node.account
}

function toErrorFields(spec: GraphErrorSpec): Record<string, unknown> {
  return {
    error_code: spec.code,
    error_message: spec.message,
    ...(spec.subcode !== undefined && { error_subcode: spec.subcode }),
    error_user_title: spec.userTitle ?? 'The report could not be made',
    error_user_msg: spec.userMessage ?? spec.message,
  }
}

import { Gauge, type Registry } from 'prom-client'
import type { AccountFreshness } from '../load/read-freshness.ts'
import type { EndedRun } from '../load/read-last-run.ts'
import type { TokenState } from '../load/token-states.ts'

/** What the warehouse says of itself. */
export interface WarehouseFigures {
  /** Slices in the ledger, by their state. */
  readonly slices: ReadonlyMap<string, number>
  readonly lastRun: EndedRun | null
  readonly accounts: readonly AccountFreshness[]
  readonly tokens: readonly TokenState[]
  /** Open incidents by their kind. */
  readonly incidents: ReadonlyMap<string, number>
}

export type ReadFigures = () => Promise<WarehouseFigures>

/** Several Prometheus servers, and people, may ask at the same time. */
const KEEP_MS = 15_000
/** Reading may take a tenth of the time. */
const SHARE_OF_TIME = 10
/** Of more accounts only those that are furthest behind are shown. */
const MOST_ACCOUNTS = 1_000
const DAY_SECONDS = 86_400
const RUN_STATUSES = ['succeeded', 'partial', 'failed'] as const

/** Gauges of what the warehouse, and the queue, say when they are asked. */
export function createWarehouseGauges(
  registry: Registry,
  nowMs: () => number,
  readFigures: ReadFigures,
  readQueue: (() => Promise<Readonly<Record<string, number>>>) | null,
) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const up = gauge('fbads_warehouse_up', '1 when the warehouse answered this scrape, else 0.')
  const slices = gauge('fbads_ledger_slices', 'Slices in the ledger by their state.', 'state')
  const status = gauge('fbads_last_run_status', '1 for the status in which the last run ended.', 'status')
  const ended = gauge('fbads_last_run_end_timestamp_seconds', 'When the last run ended.')
  const lag = gauge(
    'fbads_account_lag_seconds',
    `From an active ad account's newest complete day to its yesterday, in whole days of 86400 s; 0 is as good as it gets. The ${MOST_ACCOUNTS} furthest behind.`,
    'account',
  )
  const accounts = gauge('fbads_active_accounts', 'Active ad accounts that have a complete day.')
  const expiry = gauge(
    'fbads_token_expiry_timestamp_seconds',
    'When an access token ends, as the API last said; absent when it does not end or nobody knows.',
    'token',
  )
  const valid = gauge(
    'fbads_token_valid',
    '1 when the API takes the access token, 0 when it last refused it.',
    'token',
  )
  const incidents = gauge('fbads_open_incidents', 'Incidents that are open, by their kind.', 'kind')
  const jobs = readQueue && gauge('fbads_queue_jobs', 'Jobs in the queue by their state.', 'state')

  let kept: { readonly figures: Promise<WarehouseFigures>; untilMs: number } | null = null
  const figuresOf = (): Promise<WarehouseFigures> => {
    if (kept !== null && nowMs() < kept.untilMs) return kept.figures
    const begunMs = nowMs()
    const reading = { figures: readFigures(), untilMs: Number.POSITIVE_INFINITY }
    const keep = () => {
      // To read a large ledger takes its time, and must not be most of what a server does.
      reading.untilMs = begunMs + Math.max(KEEP_MS, SHARE_OF_TIME * (nowMs() - begunMs))
    }
    reading.figures.then(keep, keep)
    kept = reading
    return reading.figures
  }
  const set = (target: Gauge, label: string, values: Iterable<readonly [string, number]>) => {
    for (const [name, value] of values) target.set({ [label]: name }, value)
  }

  return {
    /** Sets the gauges to what is known now; a warehouse that does not answer is told by `fbads_warehouse_up`. */
    async show(): Promise<void> {
      for (const each of [slices, status, ended, lag, accounts, expiry, valid, incidents, jobs]) each?.reset()
      // A gauge without labels begins anew with 0, which is a value.
      for (const each of [ended, accounts]) each.remove()
      const [figures, queue] = await Promise.all([
        figuresOf().catch(() => null),
        readQueue?.().catch(() => null) ?? null,
      ])
      up.set(figures === null ? 0 : 1)
      if (jobs && queue) set(jobs, 'state', Object.entries(queue))
      if (figures === null) return
      set(slices, 'state', figures.slices)
      set(incidents, 'kind', figures.incidents)
      const { lastRun, tokens } = figures
      if (lastRun !== null) {
        set(
          status,
          'status',
          RUN_STATUSES.map((name) => [name, name === lastRun.status ? 1 : 0]),
        )
        ended.set(lastRun.finishedAtMs / 1000)
      }
      accounts.set(figures.accounts.length)
      const furthest = figures.accounts.toSorted((a, b) => b.lagDays - a.lagDays).slice(0, MOST_ACCOUNTS)
      set(
        lag,
        'account',
        furthest.map(({ accountId, lagDays }) => [accountId, lagDays * DAY_SECONDS]),
      )
      set(
        valid,
        'token',
        tokens.map(({ name, isValid }) => [name, isValid ? 1 : 0]),
      )
      set(
        expiry,
        'token',
        tokens.flatMap(({ name, expiresAtMs }) =>
          expiresAtMs === null ? [] : [[name, expiresAtMs / 1000] as const],
        ),
      )
    },
  }
}

import { finishBuilds } from '../load/finish-builds.ts'
import { readLedger } from '../load/ledger.ts'
import { loadAccount } from '../load/load-dimensions.ts'
import { migrate } from '../load/migrate.ts'
import { readForChecks } from '../load/read-for-checks.ts'
import { saveChecks } from '../load/runs.ts'
import type { Warehouse } from '../load/session.ts'
import type { AdAccount } from '../model/ad-object.ts'
import { dayIn } from '../model/calendar-date.ts'
import type { Clock } from '../model/clock.ts'
import type { CheckResult } from '../model/quality.ts'
import { type LedgerEntry, rangeOf, sliceCount } from '../model/slice.ts'
import { runChecks } from '../quality/checks.ts'
import type { Thresholds } from '../quality/thresholds.ts'
import { allOrStop } from './all-or-stop.ts'
import { findSources } from './find-sources.ts'
import { type AskedDays, countArchived, type PlanSettings, planAccount } from './plan.ts'
import type { PipelineSource, SourceAccounts } from './source.ts'
import { syncAccountTotals } from './sync-account-totals.ts'
import type { SyncEvent, SyncStep } from './sync-event.ts'
import { syncFacts } from './sync-facts.ts'
import { type ListedIds, syncListedObjects, syncUnlistedObjects } from './sync-metadata.ts'
import {
  type ExtractedRequest,
  extractRequest,
  type TransformedRequest,
  transformRequest,
} from './sync-request.ts'
import { type SourceTools, SyncRun } from './sync-run.ts'
import { type SyncAccount, syncSources } from './sync-sources.ts'
import type { SyncSummary } from './sync-summary.ts'
import { toError } from './to-error.ts'
import type { Workers } from './worker-shares.ts'

export interface PipelineSettings extends PlanSettings {
  /** Requests for insights at a time, and accounts at a time; those that wait for a rate limit are not counted. */
  readonly maxWorkers: number
  /** Requests for metadata at a time; those that wait for a rate limit are not counted. */
  readonly metaMaxWorkers: number
  /** Fields that are asked for besides those that the reports' measures need. */
  readonly extraFields: readonly string[]
  readonly thresholds: Thresholds
}

export interface PipelineOptions {
  /** One or more. Of those that ask for the same account, one reads it. */
  readonly sources: readonly PipelineSource[]
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly settings: PipelineSettings
  readonly onEvent: (event: SyncEvent) => void
}

/** The tools of an account's source, and its share of the workers. */
type AccountTools = SourceTools & { readonly workers: Workers }

/** The requests of one account, asked of the API as they are pulled. */
interface ExtractedAccount {
  readonly ledger: readonly LedgerEntry[]
  readonly requests: readonly ExtractedRequest[]
}

/** A sync: the API's figures and metadata of some accounts and days, brought into the warehouse and checked. */
export class ETLPipeline {
  readonly #options: PipelineOptions
  readonly #begun = new Set<SyncStep>()

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  /**
   * Reads the days that were asked for, or without them what the ledger misses and the lookback. A source, an
   * account or a slice that fails is told in the summary and stops no other. Rejects when nothing can go on at
   * all: GraphError when the last source is stopped, as by a refused token, DatabaseError, or the signal's reason;
   * what is loaded then stays, and the last event tells it.
   */
  async run(asked: AskedDays | null, signal: AbortSignal): Promise<SyncSummary> {
    const startedMs = this.#options.clock.now()
    await this.#ensureSchema()
    // Of a sync that was killed.
    await finishBuilds(this.#options.warehouse)
    const run = await SyncRun.start(this.#options, startedMs)
    this.#options.onEvent({ type: 'run-begun', runId: run.id })
    let accounts: readonly AdAccount[] = []
    try {
      const sources = await this.#findSources(run, signal)
      accounts = sources.flatMap((source) => source.accounts)
      this.#options.onEvent({ type: 'accounts', accounts })
      const syncAccount: SyncAccount = (account, source, workers, stopped) =>
        this.#syncAccount(account, asked, { ...run.toolsOf(source), workers }, run, stopped)
      await syncSources(sources, run, syncAccount, signal)
      await finishBuilds(this.#options.warehouse)
      const checks = await this.#validateLoadedData(accounts, run)
      return await run.finish(accounts, checks)
    } catch (reason) {
      // What is loaded is to be seen; where that fails, the next sync does it, and what ended the run matters more.
      await finishBuilds(this.#options.warehouse).catch(() => undefined)
      const summary = await run.abandon(accounts, toError(reason))
      this.#options.onEvent({ type: 'aborted', summary })
      throw reason
    }
  }

  async #ensureSchema(): Promise<void> {
    this.#step('ensure schema')
    const { applied, version } = await migrate(this.#options.warehouse)
    this.#options.onEvent({ type: 'schema', applied, version })
  }

  /** One account from its plan to its facts, alone among all syncs of that account. */
  async #syncAccount(
    account: AdAccount,
    asked: AskedDays | null,
    tools: AccountTools,
    run: SyncRun,
    signal: AbortSignal,
  ): Promise<void> {
    const { accountId } = account
    const { warehouse, clock, onEvent } = this.#options
    const lock = {
      onWait: () => onEvent({ type: 'waiting-for-account', accountId }),
      sleep: (ms: number, sleepSignal: AbortSignal) => clock.sleep(ms, sleepSignal),
    }
    await run.locks.hold(accountId, lock, signal, async () => {
      await loadAccount(warehouse, account, clock.now())
      const extracted = await this.#extractData(account, asked, tools, run)
      const transformed = this.#transformData(extracted)
      const [listed] = await allOrStop<ListedIds | null>(
        [
          (stopped) => this.#loadDimensions(account, tools, stopped),
          (stopped) => this.#loadFacts(account, transformed, extracted.ledger, tools, run, stopped),
        ],
        signal,
      )
      if (listed) await syncUnlistedObjects(account, listed, tools.metadata, signal)
    })
  }

  /** Plans the account's requests. Nothing is asked of the API before their pages are pulled. */
  async #extractData(
    account: AdAccount,
    asked: AskedDays | null,
    { facts }: AccountTools,
    run: SyncRun,
  ): Promise<ExtractedAccount> {
    this.#step('extract')
    const { warehouse, clock, settings, onEvent } = this.#options
    const ledger = await readLedger(warehouse, account.accountId)
    const requests = planAccount({ ...account, ledger }, asked, settings, clock.now())
    const slices = requests.reduce((sum, request) => sum + sliceCount(request), 0)
    const archived = asked === null ? 0 : countArchived({ ...account, ledger }, asked, settings, clock.now())
    if (archived > 0) onEvent({ type: 'archived', accountId: account.accountId, slices: archived })
    run.tally.planned(requests)
    run.facts.builds.planned(requests)
    onEvent({ type: 'planned', slices, requests: requests.length })
    return { ledger, requests: requests.map((request) => extractRequest(request, facts)) }
  }

  #transformData({ requests }: ExtractedAccount): TransformedRequest[] {
    this.#step('transform')
    return requests.map(transformRequest)
  }

  #loadDimensions(account: AdAccount, { metadata }: AccountTools, signal: AbortSignal): Promise<ListedIds> {
    this.#step('load dimensions')
    return syncListedObjects(account, metadata, signal)
  }

  async #loadFacts(
    account: AdAccount,
    requests: readonly TransformedRequest[],
    ledger: readonly LedgerEntry[],
    { facts, workers }: AccountTools,
    run: SyncRun,
    signal: AbortSignal,
  ): Promise<null> {
    this.#step('load facts')
    const asked = requests.map(({ request }) => request)
    const range = rangeOf(asked)
    if (range === null) return null
    const { since, until } = range
    // A total that a later run reads no longer proves a day that it does not load.
    const core = rangeOf(asked.filter(({ report }) => report === 'core'))
    const totals = (stopped: AbortSignal) => syncAccountTotals(account, core, facts, stopped)
    const last = this.#options.settings.reports.includes('core') ? totals : null
    const { isEmpty, refused } = await syncFacts({ requests, ledger, last }, { ...facts, workers }, signal)
    if (refused !== null) {
      run.accountFailed(account.accountId, refused)
      return null
    }
    if (isEmpty) this.#options.onEvent({ type: 'no-delivery', account, since, until })
    return null
  }

  async #validateLoadedData(accounts: readonly AdAccount[], run: SyncRun): Promise<CheckResult[]> {
    this.#step('validate')
    const { warehouse, clock, settings, onEvent } = this.#options
    const range = run.tally.range
    const checks =
      range === null
        ? []
        : await runChecks(readForChecks(warehouse), {
            ...range,
            accounts: accounts.map((account) => ({
              ...account,
              today: dayIn(account.timeZone, clock.now()),
            })),
            reports: settings.reports,
            thresholds: settings.thresholds,
            seenIds: run.tally.seenIds,
            refusedFields: run.facts.refused.all,
            runId: run.id,
          })
    await saveChecks(warehouse, run.id, checks)
    onEvent({ type: 'checks', checks, accounts })
    return checks
  }

  /** Tells a step when it begins for the first account. */
  #step(step: SyncStep): void {
    if (this.#begun.has(step)) return
    this.#begun.add(step)
    this.#options.onEvent({ type: 'step', step })
  }

  /** What each source is to read. One that cannot go on is told, and so is an account that is read by another one. */
  async #findSources(run: SyncRun, signal: AbortSignal): Promise<readonly SourceAccounts[]> {
    const { sources, warehouse, onEvent } = this.#options
    const found = await findSources(sources, warehouse, signal)
    for (const { source, accountIds, error } of found.stopped) run.sourceStopped(source, accountIds, error)
    for (const each of found.shared) onEvent({ type: 'shared-account', ...each })
    for (const { accounts, failed, unlisted, asBefore } of found.sources) {
      for (const { accountId, error } of failed) run.accountFailed(accountId, error)
      if (unlisted) onEvent({ type: 'accounts-as-before', accounts: accounts.length, error: unlisted })
      for (const each of asBefore) onEvent({ type: 'account-as-before', ...each })
    }
    return found.sources
  }
}

import type { MarketingApi } from '../extract/marketing-api.ts'
import { finishBuilds } from '../load/finish-builds.ts'
import { readLedger } from '../load/ledger.ts'
import { loadAccount } from '../load/load-dimensions.ts'
import { migrate } from '../load/migrate.ts'
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
import { type AskedAccounts, findAccounts } from './find-accounts.ts'
import { type AskedDays, countArchived, type PlanSettings, planAccount } from './plan.ts'
import { syncAccountTotals } from './sync-account-totals.ts'
import type { SyncEvent, SyncStep } from './sync-event.ts'
import { stopsEverything, syncFacts } from './sync-facts.ts'
import { type ListedIds, syncListedObjects, syncUnlistedObjects } from './sync-metadata.ts'
import {
  type ExtractedRequest,
  extractRequest,
  type TransformedRequest,
  transformRequest,
} from './sync-request.ts'
import { SyncRun } from './sync-run.ts'
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
  /** For insights. */
  readonly api: MarketingApi
  /** For metadata: it gives up early, since the next sync repairs what is missing. */
  readonly metadataApi: MarketingApi
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly accounts: AskedAccounts
  readonly settings: PipelineSettings
  readonly onEvent: (event: SyncEvent) => void
}

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
   * Reads the days that were asked for, or without them what the ledger misses and the lookback. An account
   * or slice that fails is told in the summary and stops no other. Rejects when nothing can go on at all:
   * GraphError for a refused token, DatabaseError, or the signal's reason; what is loaded then stays, and
   * the last event tells it.
   */
  async run(asked: AskedDays | null, signal: AbortSignal): Promise<SyncSummary> {
    const startedMs = this.#options.clock.now()
    await this.#ensureSchema()
    // Of a sync that was killed.
    await finishBuilds(this.#options.warehouse)
    const run = await SyncRun.start(this.#options, startedMs)
    let accounts: readonly AdAccount[] = []
    try {
      accounts = await this.#findAccounts(run, signal)
      await this.#syncAccounts(accounts, asked, run, signal)
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
    run: SyncRun,
    workers: Workers,
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
      const extracted = await this.#extractData(account, asked, run)
      const transformed = this.#transformData(extracted)
      const [listed] = await allOrStop<ListedIds | null>(
        [
          (stopped) => this.#loadDimensions(account, run, stopped),
          (stopped) => this.#loadFacts(account, transformed, extracted.ledger, run, workers, stopped),
        ],
        signal,
      )
      if (listed) await syncUnlistedObjects(account, listed, run.metadata, signal)
    })
  }

  /** Plans the account's requests. Nothing is asked of the API before their pages are pulled. */
  async #extractData(account: AdAccount, asked: AskedDays | null, run: SyncRun): Promise<ExtractedAccount> {
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
    return { ledger, requests: requests.map((request) => extractRequest(request, run.facts)) }
  }

  #transformData({ requests }: ExtractedAccount): TransformedRequest[] {
    this.#step('transform')
    return requests.map(transformRequest)
  }

  #loadDimensions(account: AdAccount, run: SyncRun, signal: AbortSignal): Promise<ListedIds> {
    this.#step('load dimensions')
    return syncListedObjects(account, run.metadata, signal)
  }

  async #loadFacts(
    account: AdAccount,
    requests: readonly TransformedRequest[],
    ledger: readonly LedgerEntry[],
    run: SyncRun,
    workers: Workers,
    signal: AbortSignal,
  ): Promise<null> {
    this.#step('load facts')
    const range = rangeOf(requests.map(({ request }) => request))
    if (range === null) return null
    const { since, until } = range
    const totals = (stopped: AbortSignal) => syncAccountTotals(account, range, run.facts, stopped)
    const last = this.#options.settings.reports.includes('core') ? totals : null
    const tools = { ...run.facts, workers }
    const { isEmpty, refused } = await syncFacts({ requests, ledger, last }, tools, signal)
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
        : await runChecks((sql, params) => warehouse.use((session) => session.query(sql, params)), {
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

  async #findAccounts(run: SyncRun, signal: AbortSignal): Promise<readonly AdAccount[]> {
    const { metadataApi, warehouse, accounts: asked, onEvent } = this.#options
    const { accounts, failed, asBefore, unlisted } = await findAccounts(metadataApi, warehouse, asked, signal)
    for (const { accountId, error } of failed) run.accountFailed(accountId, error)
    if (unlisted) onEvent({ type: 'accounts-as-before', accounts: accounts.length, error: unlisted })
    for (const { accountId, error } of asBefore) onEvent({ type: 'account-as-before', accountId, error })
    onEvent({ type: 'accounts', accounts })
    return accounts
  }

  /** Each account for itself; an error that concerns all of them stops the others, too. */
  async #syncAccounts(
    accounts: readonly AdAccount[],
    asked: AskedDays | null,
    run: SyncRun,
    signal: AbortSignal,
  ): Promise<void> {
    const syncOne = async (account: AdAccount, workers: Workers, stopped: AbortSignal): Promise<void> => {
      stopped.throwIfAborted()
      try {
        await this.#syncAccount(account, asked, run, workers, stopped)
      } catch (reason) {
        if (stopped.aborted || stopsEverything(reason)) throw reason
        run.accountFailed(account.accountId, toError(reason))
      }
    }
    run.facts.builds.expect(accounts.length)
    await allOrStop(
      accounts.map(
        (account) => (stopped) =>
          run.workers.share(account.accountId, (workers) => syncOne(account, workers, stopped)),
      ),
      signal,
    )
  }
}

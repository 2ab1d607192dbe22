import type { AdAccount } from '../model/ad-object.ts'
import type { ObjectId } from '../model/object-id.ts'
import { allOrStop } from './all-or-stop.ts'
import type { PipelineSource, SourceAccounts } from './source.ts'
import type { SyncRun } from './sync-run.ts'
import { toError } from './to-error.ts'
import { stopsAccount, stopsSource } from './what-stops.ts'
import type { Workers } from './worker-shares.ts'

/** Syncs one account by the APIs of its source; rejects when the account fails. */
export type SyncAccount = (
  account: AdAccount,
  source: PipelineSource,
  workers: Workers,
  signal: AbortSignal,
) => Promise<void>

/**
 * Each account for itself, those of all sources at once. An account that fails stops no other; an error that
 * concerns a whole source stops what is not done of its accounts. Rejects for what stops the last source, for the
 * database, and with the signal's reason.
 */
export async function syncSources(
  sources: readonly SourceAccounts[],
  run: SyncRun,
  syncAccount: SyncAccount,
  signal: AbortSignal,
): Promise<void> {
  run.facts.builds.expect(sources.reduce((sum, { accounts }) => sum + accounts.length, 0))
  await allOrStop(
    sources.map((source) => (stopped) => syncSource(source, run, syncAccount, stopped)),
    signal,
  )
}

async function syncSource(
  { source, accounts }: SourceAccounts,
  run: SyncRun,
  syncAccount: SyncAccount,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = new Set<ObjectId>(accounts.map(({ accountId }) => accountId))
  const syncOne = async (account: AdAccount, workers: Workers, stopped: AbortSignal): Promise<void> => {
    const { accountId } = account
    stopped.throwIfAborted()
    let error: Error | null = null
    run.facts.onEvent({ type: 'account-begun', account })
    try {
      await syncAccount(account, source, workers, stopped)
    } catch (reason) {
      error = toError(reason)
      if (stopped.aborted || stopsAccount(reason)) throw reason
      run.accountFailed(accountId, error)
    } finally {
      run.facts.onEvent({ type: 'account-ended', accountId, error })
    }
    unfinished.delete(accountId)
  }
  try {
    await allOrStop(
      accounts.map(
        (account) => (stopped) =>
          run.workers.share(account.accountId, (workers) => syncOne(account, workers, stopped)),
      ),
      signal,
    )
  } catch (reason) {
    signal.throwIfAborted()
    if (!stopsSource(reason)) throw reason
    run.sourceStopped(source, [...unfinished], toError(reason))
  }
}

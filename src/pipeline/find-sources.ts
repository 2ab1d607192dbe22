import { GraphError } from '../extract/graph-error.ts'
import { readKnownAccounts } from '../load/known-accounts.ts'
import type { Warehouse } from '../load/session.ts'
import { type ObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import { AccountClaims, type SharedAccount } from './account-claims.ts'
import { type FailedAccount, findAccounts } from './find-accounts.ts'
import type { PipelineSource, SourceAccounts } from './source.ts'

export interface StoppedSource {
  readonly source: PipelineSource
  /** Its accounts, as far as they are known. */
  readonly accountIds: readonly ObjectId[]
  readonly error: Error
}

export interface FoundSource extends SourceAccounts {
  readonly failed: readonly FailedAccount[]
  readonly asBefore: readonly FailedAccount[]
  /** Why the accounts of the token could not be listed, so that those of earlier syncs stand in. */
  readonly unlisted: Error | null
}

export interface FoundSources {
  readonly sources: readonly FoundSource[]
  readonly stopped: readonly StoppedSource[]
  readonly shared: readonly SharedAccount[]
}

/**
 * The accounts of each source: none belongs to two, and none is asked for by another source's token. A source whose
 * token is refused, or whose list of accounts can neither be read nor be made up for, is stopped alone. Throws
 * DatabaseError, and the signal's reason when aborted.
 */
export async function findSources(
  sources: readonly PipelineSource[],
  warehouse: Warehouse,
  signal: AbortSignal,
): Promise<FoundSources> {
  const claims = new AccountClaims()
  const asked = sources.map((source) => {
    const { name, accounts } = source
    const own = accounts === 'all' ? accounts : accounts.filter((id) => claims.claim(id, name, true))
    return { source, own }
  })
  const answers = await Promise.allSettled(
    asked.map(({ source, own }) => findAccounts(source.metadataApi, warehouse, own, signal)),
  )
  signal.throwIfAborted()

  const found: FoundSource[] = []
  const stopped: StoppedSource[] = []
  const listless: { readonly source: PipelineSource; readonly error: Error }[] = []
  for (const [index, { source, own }] of asked.entries()) {
    const answer = answers[index]
    if (answer?.status !== 'fulfilled') {
      if (!(answer?.reason instanceof GraphError)) throw answer?.reason
      stopped.push({ source, accountIds: own === 'all' ? [] : own, error: answer.reason })
      continue
    }
    const { accounts, failed, unlisted } = answer.value
    if (unlisted !== null) listless.push({ source, error: unlisted })
    else {
      const isOwn = ({ accountId }: { readonly accountId: ObjectId }) =>
        accountId === UNKNOWN_ID || claims.claim(accountId, source.name, own !== 'all')
      const mine = { accounts: accounts.filter(isOwn), failed: failed.filter(isOwn) }
      found.push({ ...answer.value, source, ...mine })
    }
  }

  // Where one list alone is missing, its accounts are those that nobody else asks for; where two are, nobody knows.
  const isAlone = stopped.every(({ source }) => source.accounts !== 'all') && listless.length === 1
  for (const { source, error } of listless) {
    const known = isAlone ? await readKnownAccounts(warehouse) : []
    const accounts = known.filter(({ accountId }) => !claims.has(accountId))
    if (accounts.length === 0) stopped.push({ source, accountIds: [], error })
    else found.push({ source, accounts, failed: [], asBefore: [], unlisted: error })
  }
  return { sources: found, stopped, shared: claims.shared }
}

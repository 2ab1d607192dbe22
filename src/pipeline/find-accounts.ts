import { readAdAccount, readAdAccounts } from '../extract/ad-accounts.ts'
import { GraphError, isGraphError } from '../extract/graph-error.ts'
import type { MarketingApi } from '../extract/marketing-api.ts'
import { readKnownAccounts } from '../load/known-accounts.ts'
import type { Warehouse } from '../load/session.ts'
import type { AdAccount, AdObjectRecord } from '../model/ad-object.ts'
import { dayIn } from '../model/calendar-date.ts'
import { type ObjectId, toObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import { toAdAccount } from '../transform/dimension-members.ts'
import type { AskedAccounts } from './source.ts'
import { toError } from './to-error.ts'
import { stopsSource } from './what-stops.ts'

export interface FailedAccount {
  readonly accountId: ObjectId
  readonly error: Error
}

export interface FoundAccounts {
  readonly accounts: readonly AdAccount[]
  /** Accounts that cannot be synced, each with its reason. */
  readonly failed: readonly FailedAccount[]
  /** Accounts whose description could not be read: the one of an earlier sync stands in. */
  readonly asBefore: readonly FailedAccount[]
  /** Why the list of the token's accounts could not be read now; null when it was, or was not asked for. */
  readonly unlisted: Error | null
}

/**
 * The ad accounts that were asked for, as the API describes them, or as an earlier sync has stored them where
 * the API does not answer now: metadata that fail must not stop facts. An account that is neither fails alone;
 * throws GraphError for what concerns all: the token, and with `all` the right to read the list.
 */
export async function findAccounts(
  api: MarketingApi,
  warehouse: Warehouse,
  asked: AskedAccounts,
  signal: AbortSignal,
): Promise<FoundAccounts> {
  const accounts: AdAccount[] = []
  const failed: FailedAccount[] = []
  const asBefore: FailedAccount[] = []
  const keep = (record: AdObjectRecord, accountId: ObjectId): void => {
    try {
      const account = toAdAccount(record)
      // A time zone that this machine does not know would fail only when the days are counted.
      dayIn(account.timeZone, 0)
      accounts.push(account)
    } catch (error) {
      failed.push({ accountId, error: toError(error) })
    }
  }
  if (asked === 'all') {
    let records: readonly AdObjectRecord[]
    try {
      records = await readAdAccounts(api, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof GraphError) || stopsSource(error) || isGraphError(error, 'permission'))
        throw error
      return { accounts, failed, asBefore, unlisted: error }
    }
    for (const record of records) keep(record, toObjectId(record.account_id) ?? UNKNOWN_ID)
    return { accounts, failed, asBefore, unlisted: null }
  }
  const answers = await Promise.allSettled(asked.map((id) => readAdAccount(api, id, signal)))
  signal.throwIfAborted()
  const known = await readKnownAccounts(warehouse)
  for (const [index, accountId] of asked.entries()) {
    const answer = answers[index]
    if (answer?.status === 'fulfilled') {
      keep(answer.value, accountId)
      continue
    }
    const error = toError(answer?.reason)
    if (stopsSource(error)) throw error
    const before = known.find((account) => account.accountId === accountId)
    if (before === undefined || isGraphError(error, 'permission', 'not-found'))
      failed.push({ accountId, error })
    else {
      accounts.push(before)
      asBefore.push({ accountId, error })
    }
  }
  return { accounts, failed, asBefore, unlisted: null }
}

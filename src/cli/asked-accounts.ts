import { readKnownAccounts } from '../load/known-accounts.ts'
import type { Warehouse } from '../load/session.ts'
import type { ObjectId } from '../model/object-id.ts'
import { parseAccounts } from './config.ts'
import { UsageError } from './usage-error.ts'

/** The accounts that `--account` names; null, for all, without it. Throws UsageError. */
export function parseAccountFlags(flags: readonly string[] | undefined): readonly ObjectId[] | null {
  const accounts = flags === undefined ? 'all' : parseAccounts(flags.join(','))
  return accounts === 'all' ? null : accounts
}

/** Throws UsageError when an account was never synced into the warehouse. */
export async function refuseUnknown(
  warehouse: Warehouse,
  accounts: readonly ObjectId[] | null,
): Promise<void> {
  const known = (await readKnownAccounts(warehouse)).map((account) => account.accountId)
  const unknown = (accounts ?? []).filter((accountId) => !known.includes(accountId))
  if (unknown.length === 0) return
  const list = (ids: readonly ObjectId[]) => ids.map((id) => `act_${id}`).join(', ')
  throw new UsageError(
    `--account: ${list(unknown)} is not in this warehouse; it holds ${list(known) || 'none'}.`,
  )
}

import { type AdObjectRecord, accountIdOf } from '../model/ad-object.ts'
import type { ObjectId } from '../model/object-id.ts'
import { GraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import type { MarketingApi } from './marketing-api.ts'
import { readPages } from './paginate.ts'

const FIELDS = 'id,account_id,name,currency,timezone_name,account_status,disable_reason,created_time'
/** Of a page. */
export const ACCOUNTS_LIMIT = 200

/**
 * Every ad account that the user of the token is assigned to, none twice. Throws GraphError, `permission` when
 * there is none: a list of nothing to do would look like success.
 */
export async function readAdAccounts(api: MarketingApi, signal: AbortSignal): Promise<AdObjectRecord[]> {
  const accounts = new Map<unknown, AdObjectRecord>()
  const call = { accountId: null, path: 'me/adaccounts', params: { fields: FIELDS } }
  for await (const page of readPages(api, call, { limit: ACCOUNTS_LIMIT }, signal)) {
    for (const record of page) accounts.set(accountIdOf(record) ?? record, record)
  }
  if (accounts.size === 0) throw noAdAccount(call.path)
  return [...accounts.values()]
}

export function noAdAccount(path: string): GraphError {
  return new GraphError({
    kind: 'permission',
    what: `GET ${path}`,
    accountId: null,
    text: 'the token reaches no ad account',
    fix: "Assign one to the token's user in the business settings, with the right to see its performance.",
  })
}

/**
 * Throws GraphError: `not-found` also for an account that the user of the token may not see, `transient` when the
 * answer is about another one.
 */
export async function readAdAccount(
  api: MarketingApi,
  accountId: ObjectId,
  signal: AbortSignal,
): Promise<AdObjectRecord> {
  const path = `act_${accountId}`
  const record = await api.get({ accountId, path, params: { fields: FIELDS } }, signal)
  const answered = accountIdOf(record) ?? accountId
  if (answered === accountId) return record
  throw new GraphError({
    kind: 'transient',
    what: `GET ${path}`,
    accountId,
    text: `the answer is about act_${answered}`,
    fix: FIXES.transient,
  })
}

import { noAdAccount } from '../../extract/ad-accounts.ts'
import type { MarketingApi } from '../../extract/marketing-api.ts'
import { readPages } from '../../extract/paginate.ts'
import { minorUnitsOf } from '../../model/currency.ts'
import type { JsonObject } from '../../model/exact-json.ts'

/** An ad account that the token reaches, as it is offered. */
export interface OfferedAccount {
  readonly id: string
  readonly name: string
  /** Currency, time zone, and what was ever spent. */
  readonly detail: string
}

const CALL = {
  accountId: null,
  path: 'me/adaccounts',
  params: { fields: 'account_id,name,currency,timezone_name,amount_spent' },
}

/** None twice. Throws GraphError, `permission` when there is none. */
export async function readOfferedAccounts(api: MarketingApi, signal: AbortSignal): Promise<OfferedAccount[]> {
  const accounts = new Map<string, OfferedAccount>()
  for await (const page of readPages(api, CALL, { limit: 200 }, signal))
    for (const record of page) {
      const { account_id: id, name, currency, timezone_name: zone } = record
      accounts.set(String(id), {
        id: String(id),
        name: String(name ?? ''),
        detail: [currency, zone, spentOf(record)].filter((part) => typeof part === 'string').join(', '),
      })
    }
  if (accounts.size === 0) throw noAdAccount(CALL.path)
  return [...accounts.values()]
}

/** The API says it in minor units; null when it does not say it. */
function spentOf({ amount_spent: spent, currency }: JsonObject): string | null {
  if (typeof spent !== 'string' || typeof currency !== 'string' || !/^\d+$/.test(spent)) return null
  const amount = Number(spent) / minorUnitsOf(currency)
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(amount)} spent`
}

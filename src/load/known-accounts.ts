import type { AdAccount } from '../model/ad-object.ts'
import { toObjectId } from '../model/object-id.ts'
import type { Row, Warehouse } from './session.ts'

/** The ad accounts that a sync has described before, in the order of their ids. */
export async function readKnownAccounts(warehouse: Warehouse): Promise<AdAccount[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT account_id, name, currency, timezone_name, account_status FROM dim_account
        WHERE timezone_name IS NOT NULL AND currency IS NOT NULL ORDER BY account_id`,
    ),
  )
  return rows.flatMap(parseAccount)
}

function parseAccount(row: Row): AdAccount[] {
  const accountId = toObjectId(row.account_id)
  if (accountId === null) return []
  return [
    {
      accountId,
      name: String(row.name),
      currency: String(row.currency),
      timeZone: String(row.timezone_name),
      status: String(row.account_status),
      createdTime: null,
    },
  ]
}

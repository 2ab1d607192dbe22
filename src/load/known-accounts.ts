import type { AdAccount } from '../model/ad-object.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { Row, Warehouse } from './session.ts'

/** The ad accounts that a sync has described before, or one of them, in the order of their ids. */
export async function readKnownAccounts(
  warehouse: Warehouse,
  accountId: ObjectId | null = null,
): Promise<AdAccount[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT account_id, name, currency, timezone_name, account_status FROM dim_account
        WHERE timezone_name IS NOT NULL AND currency IS NOT NULL AND ($1::bigint IS NULL OR account_id = $1)
        ORDER BY account_id`,
      [accountId],
    ),
  )
  return rows.flatMap(parseAccount)
}

export function parseAccount(row: Row): AdAccount[] {
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

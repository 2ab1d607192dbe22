import type { Warehouse } from './session.ts'

/** What the API last said of an access token. */
export interface TokenState {
  /** Who holds it: a variable's name. */
  readonly name: string
  readonly isValid: boolean
  /** Since the epoch; null when it never ends, and when nobody knows. */
  readonly expiresAtMs: number | null
  readonly askedAtMs: number
}

export async function readTokenStates(warehouse: Warehouse): Promise<TokenState[]> {
  const rows = await warehouse.use((session) =>
    session.query('SELECT token_name, is_valid, expires_at, asked_at FROM etl_token ORDER BY token_name'),
  )
  return rows.map((row) => ({
    name: String(row.token_name),
    isValid: row.is_valid === true,
    expiresAtMs: row.expires_at instanceof Date ? row.expires_at.getTime() : null,
    askedAtMs: row.asked_at instanceof Date ? row.asked_at.getTime() : 0,
  }))
}

export async function saveTokenState(warehouse: Warehouse, state: TokenState): Promise<void> {
  const { name, isValid, expiresAtMs, askedAtMs } = state
  const toTime = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_token (token_name, is_valid, expires_at, asked_at)
       VALUES ($1, $2, $3::timestamptz, $4::timestamptz)
       ON CONFLICT (token_name) DO UPDATE SET
         is_valid = excluded.is_valid, expires_at = excluded.expires_at, asked_at = excluded.asked_at`,
      [name, isValid, toTime(expiresAtMs), toTime(askedAtMs)],
    ),
  )
}

import { isGraphError } from '../extract/graph-error.ts'
import type { TokenInspection } from '../extract/token.ts'
import type { Warehouse } from '../load/session.ts'
import { readTokenStates, saveTokenState, type TokenState } from '../load/token-states.ts'

export interface NoteTokenOptions {
  readonly warehouse: Warehouse
  /** Who holds the token: a variable's name. */
  readonly name: string
  /** Asks the API; null when it would not say more than a call that succeeds. */
  readonly inspect: (() => Promise<TokenInspection>) | null
  /** By what the run was ended; null: it came to its end, so the token is good. */
  readonly failure: unknown
  readonly nowMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A token that ends within this is asked about more often: it may have been renewed. */
const SOON_MS = 8 * DAY_MS

/** Notes what a run has shown of its token, and asks the API about it once a day. Rejects as `inspect` does. */
export async function noteToken({
  warehouse,
  name,
  inspect,
  failure,
  nowMs,
}: NoteTokenOptions): Promise<void> {
  const known = (await readTokenStates(warehouse)).find((state) => state.name === name)
  const save = (isValid: boolean, expiresAtMs: number | null) =>
    saveTokenState(warehouse, { name, isValid, expiresAtMs, askedAtMs: nowMs })
  if (isGraphError(failure, 'auth')) return save(false, known?.expiresAtMs ?? null)
  if (inspect !== null && isDue(known, nowMs)) {
    const { valid, expiresAtMs } = await inspect()
    return save(valid, expiresAtMs)
  }
  // Another token than the one that was refused: of its end nothing is known yet.
  if (failure === null && known?.isValid === false) return save(true, null)
}

function isDue(known: TokenState | undefined, nowMs: number): boolean {
  if (known === undefined) return true
  const { isValid, expiresAtMs, askedAtMs } = known
  const isTroubled = !isValid || (expiresAtMs !== null && expiresAtMs - nowMs < SOON_MS)
  return nowMs - askedAtMs >= (isTroubled ? HOUR_MS : DAY_MS)
}

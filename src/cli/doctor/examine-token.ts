import type { MarketingApiOptions } from '../../extract/marketing-api.ts'
import { inspectToken } from '../../extract/token.ts'
import type { Examination } from './examination.ts'

const SOON_MS = 14 * 86_400_000

/** Whether the token is good, until when, and for what. False when the API refuses it. */
export async function examineToken(
  options: MarketingApiOptions,
  appId: string | null,
  { note, examine }: Examination,
  signal: AbortSignal,
): Promise<boolean> {
  const token = await examine(
    'token',
    async () => {
      const inspection = await inspectToken(options, appId, signal)
      if (inspection.error !== null) throw inspection.error
      return inspection
    },
    ({ expiresAtMs }) =>
      expiresAtMs === null ? 'valid' : `valid until ${new Date(expiresAtMs).toISOString().slice(0, 10)}`,
  )
  if (token === null) return false
  if (token.expiresAtMs !== null && token.expiresAtMs - options.clock.now() < SOON_MS) {
    note({
      check: 'token age',
      status: 'warn',
      detail: "it expires within 14 days; a system user's token does not",
    })
  }
  const granted = token.scopes.filter((scope) => scope === 'ads_read' || scope === 'ads_management')
  note(
    granted.length > 0
      ? { check: 'ads_read', status: 'ok', detail: `granted (${granted.join(', ')})` }
      : {
          check: 'ads_read',
          status: 'warn',
          detail: 'not among the scopes that the API names; grant it if the account below cannot be read',
        },
  )
  return true
}

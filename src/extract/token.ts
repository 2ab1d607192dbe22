import { toCount } from '../model/decimal.ts'
import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import { parseGraphError } from './graph-answer.ts'
import { type GraphError, isGraphError } from './graph-error.ts'
import { createMarketingApi, type MarketingApiOptions } from './marketing-api.ts'
import { secretsOf } from './with-token.ts'

/** What the API says about a token. */
export interface TokenInspection {
  readonly valid: boolean
  /** Ms since the epoch; null when it never expires, and when the API was not asked (no app id and secret). */
  readonly expiresAtMs: number | null
  /** Granted, e.g. `ads_read`. */
  readonly scopes: readonly string[]
  /** Why the token is not valid; null when it is. */
  readonly error: GraphError | null
}

/**
 * Asks about the token of `options`: as its app when `appId` and the app's secret are known, else as itself.
 * A token that is refused is an answer, not an error; throws GraphError for everything else.
 */
export async function inspectToken(
  options: MarketingApiOptions,
  appId: string | null,
  signal: AbortSignal,
): Promise<TokenInspection> {
  const { appSecret, ...rest } = options
  if (appId === null || !appSecret) return inspectAsItself(options, signal)
  // An app's own token holds the secret, so it needs no proof.
  const api = createMarketingApi({
    ...rest,
    accessToken: `${appId}|${appSecret}`,
    otherSecrets: secretsOf(options),
  })
  const call = { accountId: null, path: 'debug_token', params: { input_token: options.accessToken } }
  const { data } = await api.get(call, signal)
  return parseDebugToken(isJsonObject(data) ? data : {}, secretsOf(options))
}

async function inspectAsItself(options: MarketingApiOptions, signal: AbortSignal): Promise<TokenInspection> {
  const api = createMarketingApi(options)
  try {
    await api.get({ accountId: null, path: 'me', params: { fields: 'id' } }, signal)
    const { data } = await api.get({ accountId: null, path: 'me/permissions', params: {} }, signal)
    const granted = (Array.isArray(data) ? data : []).filter(
      (entry) => isJsonObject(entry) && entry.status === 'granted',
    )
    const scopes = textsOf(granted.map((entry) => entry.permission))
    return { valid: true, expiresAtMs: null, scopes, error: null }
  } catch (error) {
    if (!isGraphError(error, 'auth')) throw error
    return { valid: false, expiresAtMs: null, scopes: [], error }
  }
}

/** `{is_valid, expires_at (s, 0: never), scopes, error?: {code, message, subcode}}` */
function parseDebugToken(data: JsonObject, secrets: readonly string[]): TokenInspection {
  const expiresAt = Number(toCount(data.expires_at) ?? 0)
  const scopes = textsOf(Array.isArray(data.scopes) ? data.scopes : [])
  const valid = data.is_valid === true
  const stated = isJsonObject(data.error) ? { ...data.error, error_subcode: data.error.subcode } : null
  const envelope = stated ?? { code: 190, message: 'the token is not valid' }
  const subject = { what: 'access token', accountId: null }
  return {
    valid,
    expiresAtMs: expiresAt > 0 ? expiresAt * 1000 : null,
    scopes,
    error: valid ? null : parseGraphError(envelope, { status: null, regainMs: null }, subject, secrets),
  }
}

function textsOf(list: readonly unknown[]): string[] {
  return list.filter((each) => typeof each === 'string')
}

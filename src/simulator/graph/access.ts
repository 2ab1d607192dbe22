import { createHmac } from 'node:crypto'
import type { SimulatedCall } from './call.ts'
import { GraphFailure } from './graph-failure.ts'
import type { NamedError } from './named-errors.ts'

/** What became of the access token: good, without the scope, or refused with one of the errors. */
export type TokenState = 'valid' | 'without-ads-read' | Extract<NamedError, `token-${string}` | 'session'>

export interface AccessOptions {
  /** The one token that is good; any when absent. */
  readonly accessToken?: string
  /** The tokens that are good, each with the ad accounts that it reaches, without `act_`; in place of `accessToken`. */
  readonly tokens?: Readonly<Record<string, readonly string[]>>
  readonly appId?: string
  readonly appSecret?: string
  /** Refuse calls without an `appsecret_proof`. */
  readonly requireProof?: boolean
  /** When the API says that the token ends, since the epoch; never when absent. */
  readonly tokenEndsMs?: number
}

/** Throws GraphFailure unless the token, its proof and its scopes allow the call. */
export function checkAccess(call: SimulatedCall, state: TokenState, options: AccessOptions): void {
  const token = call.accessToken
  if (token === null || token === '') throw new GraphFailure('token-missing')
  const isApp = call.id === 'debug_token' && token === `${options.appId}|${options.appSecret}`
  if (isApp) return
  if (!isKnown(token, options)) throw new GraphFailure('token-invalid')
  checkProof(call.params.appsecret_proof, token, options)
  if (call.id === 'debug_token') return
  if (state !== 'valid' && state !== 'without-ads-read') throw new GraphFailure(state)
  const needsNoScope = call.id === null || (call.id === 'me' && call.edge !== 'adaccounts')
  if (state === 'without-ads-read' && !needsNoScope) throw new GraphFailure('permission')
}

/** Whether the token has not been made up. */
export function isKnown(token: string, { accessToken, tokens }: AccessOptions): boolean {
  if (tokens !== undefined) return Object.hasOwn(tokens, token)
  return accessToken === undefined || token === accessToken
}

/** Whether the user of the token is assigned to the ad account. */
export function reaches(token: string, accountId: string, { tokens }: AccessOptions): boolean {
  return tokens?.[token]?.includes(accountId) ?? true
}

function checkProof(proof: string | undefined, token: string, options: AccessOptions): void {
  if (proof === undefined) {
    if (options.requireProof) throw new GraphFailure('proof-required')
    return
  }
  if (options.appSecret === undefined) return
  const right = createHmac('sha256', options.appSecret).update(token).digest('hex')
  if (proof !== right) throw new GraphFailure('proof-invalid')
}

import { createHmac } from 'node:crypto'
import type { SimulatedCall } from './call.ts'
import { GraphFailure } from './graph-failure.ts'
import type { NamedError } from './named-errors.ts'

/** What became of the access token: good, without the scope, or refused with one of the errors. */
export type TokenState = 'valid' | 'without-ads-read' | Extract<NamedError, `token-${string}` | 'session'>

export interface AccessOptions {
  /** The one token that is good; any when absent. */
  readonly accessToken?: string
  readonly appId?: string
  readonly appSecret?: string
  /** Refuse calls without an `appsecret_proof`. */
  readonly requireProof?: boolean
  /** When the API says that the token ends, since the epoch; never when absent. */
  readonly tokenEndsMs?: number
}

/** The token of a call, from its parameters or its header; null without one. */
export function tokenOf(call: SimulatedCall, request: Request): string | null {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  return call.params.access_token ?? header ?? null
}

/** Throws GraphFailure unless the token, its proof and its scopes allow the call. */
export function checkAccess(
  call: SimulatedCall,
  token: string | null,
  state: TokenState,
  options: AccessOptions,
): void {
  if (token === null || token === '') throw new GraphFailure('token-missing')
  const isApp = call.id === 'debug_token' && token === `${options.appId}|${options.appSecret}`
  if (isApp) return
  if (options.accessToken !== undefined && token !== options.accessToken)
    throw new GraphFailure('token-invalid')
  checkProof(call.params.appsecret_proof, token, options)
  if (call.id === 'debug_token') return
  if (state !== 'valid' && state !== 'without-ads-read') throw new GraphFailure(state)
  const needsNoScope = call.id === null || (call.id === 'me' && call.edge !== 'adaccounts')
  if (state === 'without-ads-read' && !needsNoScope) throw new GraphFailure('permission')
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

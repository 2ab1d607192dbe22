import { createHmac } from 'node:crypto'
import type { Fetch } from './fetch.ts'

export interface Credentials {
  readonly accessToken: string
  /** When set, every call proves that it knows the secret of the token's app. */
  readonly appSecret?: string
}

/** False for what no header can hold. */
export function isPossibleToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

/**
 * Sends the token in a header, so that no address holds it, and `appsecret_proof` with the other
 * parameters. https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export function withToken(fetch: Fetch, credentials: Credentials): Fetch {
  const proof = toProof(credentials)
  return (input, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${credentials.accessToken}`)
    if (proof === null) return fetch(input, { ...init, headers })
    if (init.body instanceof URLSearchParams) {
      const body = new URLSearchParams(init.body)
      body.set('appsecret_proof', proof)
      return fetch(input, { ...init, headers, body })
    }
    const url = new URL(input)
    url.searchParams.set('appsecret_proof', proof)
    return fetch(url, { ...init, headers })
  }
}

/** Everything about `credentials` that no error and no event may show. */
export function secretsOf(credentials: Credentials): string[] {
  return [credentials.accessToken, credentials.appSecret, toProof(credentials)].filter((text) => text != null)
}

function toProof({ accessToken, appSecret }: Credentials): string | null {
  return appSecret ? createHmac('sha256', appSecret).update(accessToken).digest('hex') : null
}

import { createHash } from 'node:crypto'

interface AppCredentials {
  readonly appId?: string | null
  readonly accessToken: string
}

/**
 * By what processes know that they use the rate limits of the same app: its id, or else a hash of the token, which
 * cannot be turned back and tells only processes with the same token of each other.
 */
export function toAppKey({ appId, accessToken }: AppCredentials): string {
  return appId || `token-${createHash('sha256').update(accessToken).digest('hex').slice(0, 16)}`
}

import type { Fetch } from '../../extract/fetch.ts'
import { createWebhook, type Webhook } from '../../observe/webhook.ts'
import type { Variables } from '../config.ts'
import { isSafeAddress } from '../safe-address.ts'
import { UsageError } from '../usage-error.ts'

/** Null when none is set. Throws UsageError, which does not show the address: it holds its key. */
export function readWebhook(variables: Variables, fetch: Fetch): Webhook | null {
  const url = variables.FBADS_WEBHOOK_URL?.trim()
  if (!url) return null
  if (!isSafeAddress(url))
    throw new UsageError('FBADS_WEBHOOK_URL must be an https:// address (http:// only on this machine).')
  return createWebhook(fetch, url)
}

import type { Fetch } from '../extract/fetch.ts'
import { redact } from '../extract/redact.ts'

/** Tells people something. Rejects with a sentence, without the address, unless it was taken. */
export type Webhook = (text: string, signal: AbortSignal) => Promise<void>

const TIMEOUT_MS = 10_000

/**
 * Posts `{"text": …}`, which Slack, Mattermost and others understand. The address holds its own key, so no error has
 * it. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function createWebhook(fetch: Fetch, url: string): Webhook {
  const { host } = new URL(url)
  return async (text, signal) => {
    const status = await post(fetch, url, text, signal).catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error)
      throw new Error(`The webhook at ${host} cannot be reached: ${redact(said, [url])}.`)
    })
    if (status >= 300)
      throw new Error(`The webhook at ${host} answered with HTTP ${status}; see FBADS_WEBHOOK_URL.`)
  }
}

async function post(fetch: Fetch, url: string, text: string, signal: AbortSignal): Promise<number> {
  const { status, body } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  // Read to its end, so that the connection is free.
  if (body !== null) for await (const _ of body);
  return status
}

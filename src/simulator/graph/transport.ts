import type { Clock } from '../../model/clock.ts'
import type { TransportFault } from './faults.ts'
import { toErrorBody } from './graph-failure.ts'
import { NAMED_ERRORS } from './named-errors.ts'

const HTML =
  '<!DOCTYPE html><html><head><title>Facebook | Error</title></head><body>Sorry, something went wrong.</body></html>'
const html = { 'content-type': 'text/html; charset=utf-8' }
const json = { 'content-type': 'application/json; charset=UTF-8' }

/** A connection that breaks before there is an answer. */
export class ConnectionReset extends Error {
  override readonly name = 'ConnectionReset'
}

/**
 * Spoils a call: gives another answer than `answer`, or the same one `delayMs` later. Throws ConnectionReset, or the
 * signal's reason when it is aborted while the answer is slow.
 */
export async function spoil(
  kind: TransportFault,
  delayMs: number,
  answer: () => Promise<Response>,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<Response> {
  switch (kind) {
    case 'html-502':
      return new Response(HTML, { status: 502, headers: html })
    case 'empty-body':
      return new Response('', { status: 200, headers: json })
    case 'unavailable-200':
      return new Response('Service Unavailable', { status: 200, headers: html })
    case 'error-200':
      return new Response(JSON.stringify(toErrorBody(NAMED_ERRORS['service-unavailable'], 'A200')), {
        status: 200,
        headers: json,
      })
    case 'truncated-json': {
      const whole = await answer()
      const text = await whole.text()
      return new Response(text.slice(0, Math.floor(text.length * 0.6)), whole)
    }
    case 'slow':
      await clock.sleep(delayMs, signal)
      return answer()
    case 'connection-reset':
      throw new ConnectionReset('read ECONNRESET')
    default:
      return kind satisfies never
  }
}

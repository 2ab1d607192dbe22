import { Buffer, isAscii } from 'node:buffer'
import type { JsonObject } from '../model/exact-json.ts'
import { type ApiCall, type ApiParams, type CallSubject, toQuery } from './api-call.ts'
import { parseGraphAnswer } from './graph-answer.ts'
import { GraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import { redact } from './redact.ts'
import { AnswerTooLargeError } from './unzip.ts'
import { readUsage, type UsageReading } from './usage.ts'
import type { FetchWhole, WholeAnswer } from './with-limits.ts'

export type Method = 'GET' | 'POST'

/** What a call was answered with, while it takes room: until `release` is called. */
export interface HeldAnswer<T> {
  readonly body: T
  readonly release: () => void
}

/** Sends one call once. Rejects with a GraphError, or with the signal's reason when aborted. */
export type GraphCall = (
  method: Method,
  call: ApiCall,
  signal: AbortSignal,
) => Promise<HeldAnswer<JsonObject | readonly unknown[]>>

export interface GraphTarget {
  /** Without a slash at its end. */
  readonly graphUrl: string
  /** E.g. `v26.0`. */
  readonly apiVersion: string
  /** What no error may show. */
  readonly secrets: readonly string[]
  /** Sees the headers of every answer, errors included; returns when they say that the call's limits end, or null. */
  readonly onHeaders: (
    headers: Headers,
    readings: readonly UsageReading[],
    accountId: ApiCall['accountId'],
  ) => number | null
}

export function createGraphCall(fetch: FetchWhole, target: GraphTarget): GraphCall {
  return async (method, call, signal) => {
    const subject = toSubject(method, call)
    const { status, headers, bytes, held } = await send(fetch, target, method, call, signal)
    try {
      const regainMs = target.onHeaders(headers, readUsage(headers), call.accountId)
      const scanned = status < 400 ? (call.scanner?.scan(bytes) ?? null) : null
      if (scanned !== null) return { body: scanned, release: held.release }
      const text = decodeText(bytes, subject)
      const body = parseGraphAnswer({ status, text, regainMs }, subject, target.secrets)
      return { body, release: held.release }
    } catch (error) {
      held.release()
      throw error
    }
  }
}

export function toSubject(method: Method, { path, accountId }: ApiCall): CallSubject {
  return { what: `${method} ${path === '' ? 'batch' : path}`, accountId }
}

/** Throws GraphError when the bytes are no UTF-8: with some of them replaced, a key or a name would be another. */
function decodeText(bytes: Uint8Array, subject: CallSubject): string {
  // Figures alone are ASCII, which need only be copied.
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new GraphError({
      ...subject,
      kind: 'transient',
      text: 'the answer was damaged on its way: it is not UTF-8',
      fix: FIXES.transient,
    })
  }
}

async function send(
  fetch: FetchWhole,
  target: GraphTarget,
  method: Method,
  call: ApiCall,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  const url = new URL(`${target.graphUrl}/${target.apiVersion}/${call.path}`)
  const init = { method, signal, redirect: 'error', headers: { 'accept-encoding': 'gzip' } } as const
  try {
    return method === 'GET'
      ? await fetch(withQuery(url, call.params), init)
      : await fetch(url, { ...init, body: toQuery(call.params) })
  } catch (error) {
    signal.throwIfAborted()
    throw transportError(error, toSubject(method, call), target.secrets)
  }
}

function withQuery(url: URL, params: ApiParams): URL {
  url.search = toQuery(params).toString()
  return url
}

/** The cause is told in words only: the error itself may hold the address with its parameters. */
function transportError(error: unknown, subject: CallSubject, secrets: readonly string[]): GraphError {
  const cause = new Error(redact(describe(error), secrets))
  if (error instanceof AnswerTooLargeError) {
    return new GraphError({
      ...subject,
      kind: 'too-much-data',
      text: cause.message,
      fix: FIXES['too-much-data'],
      cause,
    })
  }
  return new GraphError({
    ...subject,
    kind: 'transient',
    text: `no answer: ${cause.message}`,
    fix: 'Check the network and FACEBOOK_GRAPH_URL, then run the same again.',
    cause,
  })
}

/** `fetch failed: connect ECONNREFUSED 127.0.0.1:1`; Node's own fetch hides what matters in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = error.cause === undefined ? '' : `: ${describe(error.cause)}`
  return `${error.message || error.name}${inner}`
}

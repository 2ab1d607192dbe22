import pLimit from 'p-limit'
import type { ApiUsage } from '../model/api-usage.ts'
import { ByteRoom } from '../model/byte-room.ts'
import type { Clock } from '../model/clock.ts'
import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiEvent, ApiOutcome } from './api-event.ts'
import { toAppKey } from './app-key.ts'
import { type BatchRead, readBatch } from './batch.ts'
import type { Fetch } from './fetch.ts'
import {
  createGraphCall,
  type GraphCall,
  type GraphTarget,
  type HeldAnswer,
  type Method,
  toSubject,
} from './graph-call.ts'
import { GraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import { httpFetch } from './http-fetch.ts'
import { createRetry, type OnWaiting, type RetryLimits } from './retry.ts'
import { createSharedLimits, type SharedLimits, type UseCase } from './shared-limits.ts'
import { createThrottle } from './throttle.ts'
import { createVersionWarnings } from './version-warnings.ts'
import { type AnswerLimits, withLimits } from './with-limits.ts'
import { isPossibleToken, secretsOf, withToken } from './with-token.ts'

export type { ApiEvent } from './api-event.ts'

/**
 * The Marketing API with its token, time limits, rate limits and retries dealt with. Every method rejects
 * with a GraphError, or with the signal's reason when aborted.
 */
export interface MarketingApi {
  get(call: ApiCall, signal: AbortSignal): Promise<JsonObject>
  /** The same for an answer that may be large: it takes of `room` until it is released. */
  hold(call: ApiCall, signal: AbortSignal): Promise<HeldAnswer<JsonObject>>
  post(call: ApiCall, signal: AbortSignal): Promise<JsonObject>
  /**
   * The answer to each read in order: what it found, or the error that is its own. Any number of reads;
   * rejects for an error of the whole batch, of the token, or a rate limit that lasts too long.
   */
  batch(
    accountId: ObjectId | null,
    reads: readonly BatchRead[],
    signal: AbortSignal,
  ): Promise<(JsonObject | GraphError)[]>
  /** Calls so far as the API counts them: each attempt, and each item of a batch for itself. */
  readonly calls: number
  /** How much of the rate limits was used so far, as the answers told. */
  readonly usage: readonly ApiUsage[]
  readonly room: ByteRoom
  /** From now on `listener` is told of the calls that wait; what is returned ends it. */
  onWaiting(listener: OnWaiting): () => void
  readonly clock: Clock
  readonly onEvent: (event: ApiEvent) => void
}

export interface MarketingApiOptions {
  /** Over the network when absent. */
  readonly fetch?: Fetch
  readonly clock: Clock
  /** E.g. `https://graph.facebook.com`. */
  readonly graphUrl: string
  /** E.g. `v26.0`. */
  readonly apiVersion: string
  readonly accessToken: string
  readonly appSecret?: string
  /** What no error and no event may show, besides the token, the secret and its proof. */
  readonly otherSecrets?: readonly string[]
  /** The most HTTP requests at a time. */
  readonly maxConcurrent: number
  readonly onEvent: (event: ApiEvent) => void
  /** Which of an account's rate limits the calls use; `ads_insights` when absent. */
  readonly useCase?: UseCase
  /** Shared by all who use the same token; its own when absent. */
  readonly sharedLimits?: SharedLimits
  /** No call goes before it has resolved: then it is known what other processes have learned of the limits. */
  readonly limitsKnown?: Promise<void>
  /** For answers that have arrived, shared with whoever else holds some; without a bound when absent. */
  readonly room?: ByteRoom
  readonly limits?: Partial<AnswerLimits>
  readonly retry?: Partial<RetryLimits>
}

const ANSWER_LIMITS: AnswerLimits = {
  headersMs: 120_000,
  idleMs: 60_000,
  wholeMs: 300_000,
  maxBytes: 64 * 1024 * 1024,
}
const RETRY_LIMITS: RetryLimits = {
  attempts: 5,
  baseMs: 1_000,
  capMs: 60_000,
  maxThrottleWaitMs: 3_600_000,
  firstBlockMs: 5 * 60_000,
}

/** Throws a GraphError (`auth`) at once for a token that no header can hold. */
export function createMarketingApi(options: MarketingApiOptions): MarketingApi {
  const { clock, onEvent, apiVersion } = options
  if (!isPossibleToken(options.accessToken)) throw unusableToken()
  const retryLimits = { ...RETRY_LIMITS, ...options.retry }
  const { useCase = 'ads_insights', sharedLimits: shared = createSharedLimits(toAppKey(options)) } = options
  const { firstBlockMs } = retryLimits
  const throttle = createThrottle(clock, { useCase, shared, firstBlockMs }, onEvent)
  const warn = createVersionWarnings(apiVersion, onEvent)
  const target: GraphTarget = {
    graphUrl: options.graphUrl.replace(/\/+$/, ''),
    apiVersion,
    secrets: [...secretsOf(options), ...(options.otherSecrets ?? [])],
    onHeaders(headers, readings, accountId) {
      warn(headers)
      return throttle.observe(readings, accountId)
    },
  }
  const fetch = withToken(options.fetch ?? httpFetch, options)
  const { room = new ByteRoom(Number.POSITIVE_INFINITY) } = options
  const limited = withLimits(fetch, { ...ANSWER_LIMITS, ...options.limits }, room)
  const call = createGraphCall(limited, target)
  const listeners = new Set<OnWaiting>()
  const onWaiting: OnWaiting = (accountId, calls) => {
    for (const listener of listeners) listener(accountId, calls)
  }
  const turn = pLimit(options.maxConcurrent)
  const retrying = createRetry(throttle, clock, retryLimits, {
    turn,
    untilRoom: async (signal) => {
      await options.limitsKnown
      await room.untilSome(signal)
    },
    onEvent,
    onWaiting,
  })

  let calls = 0
  const send: GraphCall = async (method, request, signal) => {
    const { batch } = request.params
    const count = Array.isArray(batch) ? batch.length : 1
    calls += count
    const startedMs = clock.now()
    const ended = (outcome: ApiOutcome, error: GraphError | null) =>
      onEvent({
        type: 'api-call',
        ...toSubject(method, request),
        request: request.request ?? null,
        calls: count,
        outcome,
        startedMs,
        endedMs: clock.now(),
        error,
      })
    try {
      const answer = await call(method, request, signal)
      ended('ok', null)
      return answer
    } catch (error) {
      if (error instanceof GraphError) ended(error.kind, error)
      else ended('aborted', null)
      throw error
    }
  }

  async function hold(
    method: Method,
    request: ApiCall,
    signal: AbortSignal,
  ): Promise<HeldAnswer<JsonObject>> {
    const subject = toSubject(method, request)
    const attempt = async () => {
      const { body, release } = await send(method, request, signal)
      if (isJsonObject(body)) return { body, release }
      release()
      throw new GraphError({
        ...subject,
        kind: 'transient',
        text: 'the answer is a list',
        fix: FIXES.transient,
      })
    }
    return retrying(subject, attempt, signal)
  }

  async function ask(method: Method, request: ApiCall, signal: AbortSignal): Promise<JsonObject> {
    const { body, release } = await hold(method, request, signal)
    release()
    return body
  }

  return {
    get: (request, signal) => ask('GET', request, signal),
    hold: (request, signal) => hold('GET', request, signal),
    post: (request, signal) => ask('POST', request, signal),
    batch: (accountId, reads, signal) => readBatch(accountId, reads, { send, retrying, target }, signal),
    get calls() {
      return calls
    },
    get usage() {
      return throttle.usage
    },
    room,
    onWaiting(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    clock,
    onEvent,
  }
}

function unusableToken(): GraphError {
  return new GraphError({
    kind: 'auth',
    what: 'access token',
    accountId: null,
    text: 'it is empty or has characters that no token has',
    fix: 'Copy it again into FACEBOOK_ACCESS_TOKEN, without quotes and spaces.',
  })
}

import type { Clock } from '../model/clock.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { CallSubject } from './api-call.ts'
import type { ApiEvent } from './api-event.ts'
import { GraphError, isGraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import type { Pause, Throttle } from './throttle.ts'

export interface RetryLimits {
  /** How often a call is tried in all when it meets transient errors. */
  readonly attempts: number
  readonly baseMs: number
  readonly capMs: number
  /** How long one call waits for rate limits in all. */
  readonly maxThrottleWaitMs: number
  /** The first pause after a refusal that does not say when it ends; doubled twice at most. */
  readonly firstBlockMs: number
}

/**
 * Runs `attempt` until it succeeds or there is no sense in another try. Rejects with the last error, with
 * any error that is neither transient nor a rate limit at once, and with the signal's reason when aborted.
 */
export type Retrying = <T>(subject: CallSubject, attempt: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** So many more calls of the account wait for its rate limit; fewer when negative. */
export type OnWaiting = (accountId: ObjectId, calls: number) => void

/** What retrying needs of those around it. */
export interface RetryTools {
  /** Runs `body` when fewer requests than allowed are under way. */
  readonly turn: <T>(body: () => Promise<T>) => Promise<T>
  /** Resolves when there is room for an answer. */
  readonly untilRoom: (signal: AbortSignal) => Promise<void>
  readonly onEvent: (event: ApiEvent) => void
  readonly onWaiting: OnWaiting
}

/** So that the calls of many workers do not all start in the same moment after a pause. */
const SPREAD_MS = 1_000

/**
 * Waits for rate limits before each attempt, and between attempts with exponential backoff and full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 */
export function createRetry(
  throttle: Throttle,
  clock: Clock,
  limits: RetryLimits,
  { turn, untilRoom, onEvent, onWaiting }: RetryTools,
): Retrying {
  /** Only an account's own wait is told: while the whole app has to wait, no other could go instead. */
  async function wait(
    { accountId }: CallSubject,
    { scope }: Pause,
    ms: number,
    signal: AbortSignal,
  ): Promise<void> {
    const told = scope === 'account' ? accountId : null
    if (told === null) return clock.sleep(ms, signal)
    onWaiting(told, 1)
    try {
      await clock.sleep(ms, signal)
    } finally {
      onWaiting(told, -1)
    }
  }

  /** Waits until a call may go; throws when that would take longer than `budgetMs`. Returns the ms waited. */
  async function waitTurn(
    subject: CallSubject,
    budgetMs: number,
    refused: GraphError | null,
    signal: AbortSignal,
  ): Promise<number> {
    let waitedMs = 0
    for (;;) {
      const pause = throttle.pauseOf(subject.accountId)
      if (!pause) break
      if (waitedMs + pause.waitMs > budgetMs) throw refused ?? toError(pause, subject)
      waitedMs += pause.waitMs
      await wait(subject, pause, pause.waitMs + clock.random() * SPREAD_MS, signal)
    }
    const slowDown = throttle.slowDownOf(subject.accountId)
    if (slowDown) await wait(subject, slowDown, slowDown.waitMs, signal)
    return waitedMs
  }

  return async (subject, attempt, signal) => {
    let failures = 0
    let throttledMs = 0
    let refused: GraphError | null = null
    for (;;) {
      signal.throwIfAborted()
      throttledMs += await waitTurn(subject, limits.maxThrottleWaitMs - throttledMs, refused, signal)
      try {
        const sent = await turn(async () => {
          signal.throwIfAborted()
          await untilRoom(signal)
          // While it was slowed down, or waited for its turn or for room, another call may have met the limit.
          if (throttle.pauseOf(subject.accountId)) return null
          return { result: await attempt() }
        })
        if (sent === null) continue
        throttle.succeeded(subject.accountId)
        return sent.result
      } catch (error) {
        signal.throwIfAborted()
        if (isGraphError(error, 'throttled')) {
          refused = error
          throttle.block(error)
          continue
        }
        failures += 1
        if (!isGraphError(error, 'transient') || failures >= limits.attempts) throw error
        const waitMs = clock.random() * Math.min(limits.capMs, limits.baseMs * 2 ** (failures - 1))
        onEvent({ type: 'retry', ...subject, error, attempt: failures, waitMs })
        await clock.sleep(waitMs, signal)
      }
    }
  }
}

function toError(pause: Pause, subject: CallSubject): GraphError {
  return new GraphError({
    ...subject,
    kind: 'throttled',
    scope: pause.scope,
    text: pause.reason,
    regainMs: pause.waitMs,
    fix: `Access comes back in about ${Math.ceil(pause.waitMs / 60_000)} minutes. ${FIXES.throttled}`,
  })
}

export interface AnswerTimes {
  /** From the call to the answer's headers. */
  readonly headersMs: number
  /** Between two pieces of the answer. */
  readonly idleMs: number
  /** From the call to the answer's end. */
  readonly wholeMs: number
}

/**
 * Timers of one answer, which abort `timeout` with a TimeoutError: for the whole of it, and for its next step. They
 * stand still between `stop` and the next step.
 */
export function createAnswerTimers({ wholeMs, idleMs }: AnswerTimes, timeout: AbortController) {
  const timer = (ms: number, missing: string, limitMs = ms) =>
    setTimeout(() => timeout.abort(new DOMException(`${missing} within ${limitMs} ms`, 'TimeoutError')), ms)
  let leftMs = wholeMs
  let running: { readonly sinceMs: number; readonly whole: NodeJS.Timeout } | null = null
  let step: NodeJS.Timeout | undefined
  return {
    /** A step begins: another piece of the answer, unless said otherwise. */
    go(stepMs = idleMs, missing = 'no further piece of the answer') {
      clearTimeout(step)
      step = timer(stepMs, missing)
      running ??= { sinceMs: performance.now(), whole: timer(leftMs, 'no complete answer', wholeMs) }
    },
    stop() {
      clearTimeout(step)
      if (running === null) return
      clearTimeout(running.whole)
      leftMs = Math.max(0, leftMs - (performance.now() - running.sinceMs))
      running = null
    },
  }
}

/** Calls `tick` every `ms`, without keeping the process alive; what it returns ends that. */
export type Ticker = (ms: number, tick: () => void) => () => void

export const ticker: Ticker = (ms, tick) => {
  const timer = setInterval(tick, ms).unref()
  return () => clearInterval(timer)
}

/**
 * Runs the tasks at once and returns what they return. The first that fails stops the others through their
 * signal, and nothing of them goes on when this rejects: with `signal`'s reason when that was aborted, else with
 * the first failure.
 */
export async function allOrStop<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal,
): Promise<T[]> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const outcomes = await Promise.allSettled(
    tasks.map(async (task) => {
      try {
        either.throwIfAborted()
        return await task(either)
      } catch (error) {
        stop.abort(error)
        throw error
      }
    }),
  )
  signal.throwIfAborted()
  stop.signal.throwIfAborted()
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

/**
 * Runs the tasks at once. The first that fails stops the others through their signal, and nothing of them goes
 * on when this rejects: with `signal`'s reason when that was aborted, else with the first failure.
 */
export async function allOrStop(
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  await Promise.all(
    tasks.map(async (task) => {
      try {
        either.throwIfAborted()
        await task(either)
      } catch (error) {
        stop.abort(error)
      }
    }),
  )
  signal.throwIfAborted()
  stop.signal.throwIfAborted()
}

/** When to kill a sync: so long after so many calls of the API, 0 being its start. */
export interface Moment {
  readonly calls: number
  readonly afterMs: number
}

/** When an undisturbed sync made its calls and when it ended, in ms since its start. */
export interface Timeline {
  readonly callsMs: readonly number[]
  readonly endMs: number
}

/**
 * The moment of a timeline as the calls tell it, so that a sync on a busier machine is killed in the same place.
 */
export function momentAt({ callsMs }: Timeline, ms: number): Moment {
  const calls = callsMs.filter((each) => each <= ms).length
  return { calls, afterMs: ms - (callsMs[calls - 1] ?? 0) }
}

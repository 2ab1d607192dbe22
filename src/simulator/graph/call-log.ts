import type { SimulatedCall } from './call.ts'

/** The calls that a simulator has had. */
export interface CallLog {
  add(call: SimulatedCall): void
  /** Those that are kept, in their order. */
  readonly kept: readonly SimulatedCall[]
  /** All of them, also those that are not kept any more. */
  readonly count: number
}

/** Keeps the last `most`, or a few more. */
export function createCallLog(most: number): CallLog {
  const kept: SimulatedCall[] = []
  let count = 0
  return {
    add: (call) => {
      count += 1
      kept.push(call)
      // Not one by one: each removal moves all the others.
      if (kept.length > 2 * most) kept.splice(0, kept.length - most)
    },
    kept,
    get count() {
      return count
    },
  }
}

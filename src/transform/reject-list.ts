import type { Reject } from '../model/slice.ts'

/** The rejects of one request: a field that the API changed would otherwise fill the memory with whole reports. */
export interface RejectList {
  add(reason: string, payload: unknown): void
  /** The first ones, each with its payload; the rest in one more, whose payload is their number by reason. */
  all(): Reject[]
}

const MAX_KEPT = 1_000
/** A reason quotes what it does not understand, so there may be one for each row. */
const MAX_REASONS = 100

/** An empty list. */
export function createRejectList(): RejectList {
  const kept: Reject[] = []
  const counted = new Map<string, number>()
  let rest = 0
  return {
    add(reason, payload) {
      if (kept.length < MAX_KEPT) {
        kept.push({ reason, payload, sourceRows: 1 })
        return
      }
      rest += 1
      const name = counted.has(reason) || counted.size < MAX_REASONS ? reason : 'other reasons'
      counted.set(name, (counted.get(name) ?? 0) + 1)
    },
    all() {
      if (rest === 0) return [...kept]
      const reason = `more rows of one request, counted by their reasons (the first ${MAX_KEPT} are kept)`
      return [...kept, { reason, payload: Object.fromEntries(counted), sourceRows: rest }]
    },
  }
}

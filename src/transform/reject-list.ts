import type { Reject } from '../model/slice.ts'

/** The rejects of one request: a field that the API changed would otherwise fill the memory with whole reports. */
export interface RejectList {
  add(reason: string, payload: unknown): void
  /** The first ones, each with its payload; the rest in one more, whose payload is their number by reason. */
  all(): Reject[]
}

const MAX_KEPT = 1_000
/** Characters of their payloads. */
const MAX_KEPT_LENGTH = 16 * 1024 * 1024
/** A reason quotes what it does not understand, so there may be one for each row. */
const MAX_REASONS = 100

/** An empty list. */
export function createRejectList(): RejectList {
  const kept: Reject[] = []
  const counted = new Map<string, number>()
  let keptLength = 0
  let rest = 0
  return {
    add(reason, payload) {
      const length = kept.length < MAX_KEPT ? (JSON.stringify(payload)?.length ?? 0) : 0
      if (kept.length < MAX_KEPT && keptLength + length <= MAX_KEPT_LENGTH) {
        kept.push({ reason, payload, sourceRows: 1 })
        keptLength += length
        return
      }
      rest += 1
      const name = counted.has(reason) || counted.size < MAX_REASONS ? reason : 'other reasons'
      counted.set(name, (counted.get(name) ?? 0) + 1)
    },
    all() {
      if (rest === 0) return [...kept]
      const reason = `more rows of one request, counted by their reasons (${kept.length} are kept)`
      return [...kept, { reason, payload: Object.fromEntries(counted), sourceRows: rest }]
    },
  }
}

import type { Params } from './params.ts'
import { parseLimit } from './params.ts'

/** Which items of a list a page asks for. */
export interface PageWindow {
  readonly start: number
  readonly limit: number
}

/**
 * The window that `limit`, `after` and `before` ask for; `indexOf` finds the item that a cursor names, and
 * throws on a cursor that names none. The page before an item ends right before it.
 */
export function parsePageWindow(params: Params, indexOf: (cursor: string) => number): PageWindow {
  const limit = parseLimit(params)
  const { after, before } = params
  if (after !== undefined && after !== '') return { start: indexOf(after) + 1, limit }
  if (before !== undefined && before !== '') {
    const end = indexOf(before)
    return { start: Math.max(0, end - limit), limit: Math.min(limit, end) }
  }
  return { start: 0, limit }
}

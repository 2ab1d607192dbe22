import { GraphFailure } from '../graph/graph-failure.ts'
import { parsePageWindow } from '../graph/page-window.ts'
import { type PageAddress, toPaging } from '../graph/paging.ts'
import { parseFieldSelection } from './field-selection.ts'
import { type GraphNode, type Moment, renderObject } from './render-object.ts'

export interface EdgeAnswer {
  readonly data: readonly object[]
  readonly paging?: object
  readonly summary?: object
}

/**
 * One page of the nodes. Cursors name nodes, so a page goes on where the one before ended, whatever came
 * or went. `shorten` gives the size of the page from the limit. Throws a #2642 on a cursor that names none
 * of the nodes.
 */
export function answerEdge(
  nodes: readonly GraphNode[],
  address: PageAddress,
  moment: Moment,
  shorten: (limit: number) => number,
): EdgeAnswer {
  const { params } = address
  const fields = parseFieldSelection(params.fields ?? '')
  const indexOf = (cursor: string) => {
    const named = fromCursor(cursor)
    const index = nodes.findIndex(({ id }) => id === named)
    if (index < 0) throw new GraphFailure('invalid-cursor')
    return index
  }
  const { start, limit } = parsePageWindow(params, indexOf)
  // An empty page has no node for a cursor to name, but that of the page before.
  const size = params.after === undefined ? Math.max(1, shorten(limit)) : shorten(limit)
  const page = nodes.slice(start, start + size)
  const summary = params.summary !== undefined && { summary: { total_count: nodes.length } }
  const [first, last] = [page[0], page.at(-1)]
  const after = last === undefined ? params.after : toCursor(last.id)
  if (after === undefined) return { data: [], ...summary }
  return {
    data: page.map((node) => renderObject(node, fields, moment)),
    paging: toPaging(address, {
      before: first === undefined ? after : toCursor(first.id),
      after,
      hasPrevious: start > 0,
      hasNext: start + size < nodes.length,
    }),
    ...summary,
  }
}

function toCursor(id: string): string {
  return `QVFI${Buffer.from(`R${id}`).toString('base64url')}`
}

function fromCursor(cursor: string): string {
  return Buffer.from(cursor.slice(4), 'base64url').toString().slice(1)
}

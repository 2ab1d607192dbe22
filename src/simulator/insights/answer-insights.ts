import { GraphFailure } from '../graph/graph-failure.ts'
import { parsePageWindow } from '../graph/page-window.ts'
import { type PageAddress, toPaging } from '../graph/paging.ts'
import type { InsightsQuery } from './insights-query.ts'
import type { InsightsRow } from './insights-row.ts'
import { type InsightsAnswer, renderInsightsRow } from './render-insights-row.ts'
import type { RowPlan } from './row-plan.ts'

export interface InsightsPage {
  readonly data: readonly InsightsAnswer[]
  readonly paging?: object
  readonly summary?: InsightsAnswer
}

/**
 * One page of the rows. Cursors are offsets: what is restated between two pages moves the rows under
 * them. `shorten` gives the size of the page from the limit. Throws a #2642 on a cursor that is no offset.
 */
export function answerInsights(
  query: InsightsQuery,
  plan: RowPlan,
  summary: InsightsRow | null,
  address: PageAddress,
  shorten: (limit: number) => number,
): InsightsPage {
  const account = query.node.kind === 'account' ? query.node : query.node.account
  const render = (row: InsightsRow) => renderInsightsRow(row, query, account.offset)
  const { start, limit } = parsePageWindow(address.params, parseOffset)
  // An empty page points back at the last row before it, so it cannot be the first.
  const size = start === 0 ? Math.min(limit, Math.max(1, shorten(limit))) : shorten(limit)
  const rows = plan.slice(start, size)
  const tail = summary !== null && { summary: render(summary) }
  if (rows.length === 0 && !plan.has(start)) return { data: [], ...tail }
  return {
    data: rows.map(render),
    paging: toPaging(address, {
      before: toCursor(start),
      after: toCursor(start + rows.length - 1),
      hasPrevious: start > 0,
      hasNext: plan.has(start + rows.length),
    }),
    ...tail,
  }
}

/** An offset as Meta writes it: base64, `ZD` for each `=`. */
function toCursor(offset: number): string {
  return Buffer.from(String(offset)).toString('base64').replaceAll('=', 'ZD')
}

function parseOffset(cursor: string): number {
  const text = Buffer.from(cursor.replaceAll('ZD', '='), 'base64').toString()
  if (!/^\d{1,12}$/.test(text)) throw new GraphFailure('invalid-cursor')
  return Number(text)
}

import type { Hono } from 'hono'
import { addressOf, type CallEnv, type SimulatorState, sendJson, shortenPage } from '../context.ts'
import type { SimulatedCall } from '../graph/call.ts'
import { GraphFailure, notFound } from '../graph/graph-failure.ts'
import { parseLimit } from '../graph/params.ts'
import { answerInsights } from '../insights/answer-insights.ts'
import { type InsightsQuery, parseInsightsQuery } from '../insights/insights-query.ts'
import { createPlanCache } from '../insights/plan-cache.ts'
import { planInsights, summarize } from '../insights/plan-insights.ts'
import { findNode } from './find-node.ts'

/** Insights of a node at once, as a report run, and those of a run that has ended. */
export function addInsightsRoutes(app: Hono<CallEnv>, state: SimulatorState): void {
  const { world, clock, sizeLimit, runLimit } = state.options
  const plans = createPlanCache(world)

  app.get('/:version/:id/insights', (context) => {
    const { id } = context.req.param()
    const nowMs = clock.now()
    const address = addressOf(context)
    if (state.runs.isRun(id)) {
      const run = state.runs.read(id, nowMs, (query, atMs) => planInsights(query, world, atMs))
      const summary = run.query.wantsSummary ? summarize(run.query, world, run.endedMs) : null
      return sendJson(
        context,
        state,
        answerInsights(run.query, run.plan, summary, address, shortenPage(context, state)),
      )
    }
    const call = context.get('call')
    const query = readQuery(call, id)
    if (sizeLimit !== undefined) checkSize(query, call)
    const { plan, summary } = plans.get(query, nowMs)
    return sendJson(
      context,
      state,
      answerInsights(query, plan, summary(), address, shortenPage(context, state)),
    )
  })

  app.post('/:version/:id/insights', (context) => {
    const query = readQuery(context.get('call'), context.req.param('id'))
    const isTooLarge = runLimit !== undefined && hasMoreCells(query, runLimit)
    const fate = isTooLarge ? ({ failed: 'report-too-large' } as const) : (context.get('fate') ?? 'completed')
    const mark = context.get('chance')('report run')
    return sendJson(context, state, { report_run_id: state.runs.start(query, clock.now(), fate, mark) })
  })

  function readQuery(call: SimulatedCall, id: string): InsightsQuery {
    const node = findNode(state, id)
    if (node.kind === 'creative') throw notFound(id)
    const { time } = node.kind === 'account' ? node : node.account
    return parseInsightsQuery(node, call.params, time.dayOf(clock.now()))
  }

  function checkSize(query: InsightsQuery, call: SimulatedCall): void {
    if (sizeLimit === undefined) return
    const isTooLarge =
      sizeLimit.of === 'page'
        ? parseLimit(call.params) >= rowsBeyond(query, sizeLimit.cells)
        : hasMoreCells(query, sizeLimit.cells)
    if (isTooLarge) throw new GraphFailure(sizeLimit.error)
  }

  /** Counts rows as far as the limit only. */
  function hasMoreCells(query: InsightsQuery, cells: number): boolean {
    return plans.get(query, clock.now()).plan.has(rowsBeyond(query, cells) - 1)
  }
}

/** The smallest number of rows that have more than so many cells. */
function rowsBeyond(query: InsightsQuery, cells: number): number {
  return Math.ceil((cells + 1) / Math.max(1, query.fields.length))
}

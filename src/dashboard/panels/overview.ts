import type { Panel } from '../panel.ts'
import { type Period, readPeriod } from './figures-by-day.ts'

export interface Overview {
  readonly current: Period
  readonly previous: Period | null
}

/** The figures of each day and of all of them, also of the period before. */
export const overview: Panel<Overview> = async (context) => ({
  current: await readPeriod(context, context.scope),
  previous: context.scope.previous && (await readPeriod(context, context.scope.previous)),
})

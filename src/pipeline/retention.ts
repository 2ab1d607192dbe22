import type { ArchiveFolder } from '../load/archive/archive-folder.ts'
import { type IsHeld, withArchiveLock } from '../load/archive/archive-lock.ts'
import { type ArchivedMonth, archiveMonth, readFactMonths } from '../load/archive/archive-month.ts'
import { countMonth } from '../load/archive/count-month.ts'
import { dropMonth } from '../load/archive/drop-month.ts'
import { monthName } from '../load/archive/manifest.ts'
import { isRestored } from '../load/archive/restored-mark.ts'
import type { FactMonth } from '../load/fact-months.ts'
import type { Warehouse } from '../load/session.ts'
import { addDays, type CalendarDate } from '../model/calendar-date.ts'

/** Which months leave the warehouse, and where to. */
export interface RetentionOrder {
  /** Null: months are dropped for good. */
  readonly folder: ArchiveFolder | null
  /** First day of the first month that stays. */
  readonly before: CalendarDate
  /** Whether a person has named `before`: months that were restored go, too. */
  readonly isNamed: boolean
  /** Days that a sync reads again; a month with one of them stays. */
  readonly dailyPullDays: number
  /** In UTC: no month is so young that another zone mattered. */
  readonly today: CalendarDate
}

/** A month that is old enough, and why it stays all the same. */
export interface KeptMonth {
  readonly month: string
  readonly reason: 'may still change' | 'restored'
}

export interface RetentionPlan {
  /** The oldest first. */
  readonly due: readonly FactMonth[]
  readonly kept: readonly KeptMonth[]
}

/** What became of the months of an order, or would. */
export interface RetentionResult {
  readonly months: readonly (Pick<ArchivedMonth, 'month' | 'slices' | 'rows'> & Partial<ArchivedMonth>)[]
  readonly kept: readonly KeptMonth[]
}

async function planRetention(warehouse: Warehouse, order: RetentionOrder): Promise<RetentionPlan> {
  const { folder, before, isNamed, dailyPullDays, today } = order
  const restated = addDays(today, 1 - dailyPullDays)
  const old = (await readFactMonths(warehouse)).filter(({ first }) => first < before)
  const due: FactMonth[] = []
  const kept: KeptMonth[] = []
  for (const month of old) {
    if (month.next > restated) kept.push({ month: monthName(month), reason: 'may still change' })
    else if (folder !== null && !isNamed && (await isRestored(folder, month)))
      kept.push({ month: monthName(month), reason: 'restored' })
    else due.push(month)
  }
  return { due, kept }
}

/** What `applyRetention` would do. Finishes builds, and else reads only. */
export async function previewRetention(
  warehouse: Warehouse,
  order: RetentionOrder,
): Promise<RetentionResult> {
  const { due, kept } = await planRetention(warehouse, order)
  const months = []
  for (const month of due) months.push(await countMonth(warehouse, month))
  return { months, kept }
}

/**
 * Archives or drops the months of the order, the oldest first; `onMonth` is told of each when it has left. Those
 * before `signal` are done, the one in work ends whole. Throws ArchiveError, DatabaseError, or the signal's reason.
 */
export async function applyRetention(
  warehouse: Warehouse,
  order: RetentionOrder,
  tools: { readonly nowMs: number; onMonth(month: RetentionResult['months'][number]): void },
  signal: AbortSignal,
): Promise<RetentionResult> {
  return withArchiveLock(warehouse, async (isHeld) => {
    const { due, kept } = await planRetention(warehouse, order)
    const months: RetentionResult['months'][number][] = []
    for (const month of due) {
      signal.throwIfAborted()
      const done = await removeMonth(warehouse, order.folder, month, tools.nowMs, isHeld)
      months.push(done)
      tools.onMonth(done)
    }
    return { months, kept }
  })
}

async function removeMonth(
  warehouse: Warehouse,
  folder: ArchiveFolder | null,
  month: FactMonth,
  nowMs: number,
  isHeld: IsHeld,
) {
  if (folder !== null) return archiveMonth(warehouse, folder, month, nowMs, isHeld)
  const counted = await countMonth(warehouse, month)
  await dropMonth(warehouse, month, null)
  return counted
}

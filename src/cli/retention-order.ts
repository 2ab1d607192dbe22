import { resolve } from 'node:path'
import type { ArchiveFolder } from '../load/archive/archive-folder.ts'
import { type CalendarDate, dayIn, isCalendarDate } from '../model/calendar-date.ts'
import { oldestKeptDay } from '../pipeline/plan.ts'
import type { RetentionOrder } from '../pipeline/retention.ts'
import type { Context } from './context.ts'
import { createDiskFolder } from './disk-folder.ts'
import type { Settings } from './settings.ts'
import { UsageError } from './usage-error.ts'

/** The folder that is set; null when none is. */
export function archiveFolderOf({ archiveFolder }: Settings, context: Context): ArchiveFolder | null {
  return archiveFolder === null ? null : createDiskFolder(resolve(context.folder, archiveFolder))
}

/** Which months the settings let go, or those before `before`. Throws UsageError when nothing says which stay. */
export function retentionOrder(
  settings: Settings,
  before: CalendarDate | null,
  context: Context,
): RetentionOrder {
  const today = dayIn('UTC', context.clock.now())
  const { retentionMonths, dailyPullDays } = settings
  if (before === null && retentionMonths === null)
    throw new UsageError(
      'Nothing says which months stay. Set retentionMonths, or give --before YYYY-MM: the months before that one leave.',
    )
  return {
    folder: archiveFolderOf(settings, context),
    before: before ?? oldestKeptDay(today, retentionMonths ?? 0),
    isNamed: before !== null,
    dailyPullDays,
    today,
  }
}

/** Whether a sync lets months go by itself: what becomes of them must have been said. */
export function isAutomatic({ retentionMonths, archiveFolder, retentionDrop }: Settings): boolean {
  return retentionMonths !== null && (archiveFolder !== null || retentionDrop)
}

/** The first day of a month written `YYYY-MM`. Throws UsageError. */
export function parseMonth(flag: string, text: string): CalendarDate {
  const first = `${text}-01`
  if (!isCalendarDate(first))
    throw new UsageError(`${flag} is "${text}"; it must be a month written YYYY-MM.`)
  return first
}

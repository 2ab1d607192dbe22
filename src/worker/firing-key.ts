import { CronExpressionParser } from 'cron-parser'
import type { Schedule } from '../model/schedule.ts'

/** More than a clock on the wall is ever set forward. */
const BEFORE_MS = 2 * 3_600_000

/** Which firing of a schedule this is: that of the last time that it was due before `at`. */
export function firingKey(schedule: Schedule, zone: string | null, at: Date): string {
  return keyOfDue(schedule, zone, dueBefore(schedule, zone, new Date(at.getTime() + 1)))
}

/**
 * The firing that was due at `due`. By the clock on the wall, so that a night with an hour twice has one; only where
 * each hour counts, by the time that goes on.
 */
export function keyOfDue({ name, cron, timeZone }: Schedule, zone: string | null, due: Date): string {
  const tz = zone ?? timeZone
  const hours = cron.trim().split(/\s+/).at(-4) ?? '*'
  const moment = /^(\*|\d+-\d+|.*\/)/.test(hours) ? due.toISOString() : wallTime(due, tz)
  return `${name} ${tz} ${moment}`
}

/**
 * When a schedule was due, after `from` and until `to`, and the queue did not see it: looking back, it skips a night
 * that lacks the hour, which then counts as the hour after it.
 */
export function skippedDues(schedule: Schedule, zone: string | null, from: Date, to: Date): Date[] {
  const tz = zone ?? schedule.timeZone
  // It shows only to who comes from before the hour that is lacking.
  const currentDate = new Date(from.getTime() - BEFORE_MS)
  const dues = CronExpressionParser.parse(schedule.cron, { tz, currentDate, endDate: to })
  const skipped: Date[] = []
  while (dues.hasNext()) {
    const due = dues.next().toDate()
    if (due <= from) continue
    const seen = dueBefore(schedule, zone, new Date(due.getTime() + 1))
    if (seen.getTime() !== due.getTime()) skipped.push(due)
  }
  return skipped
}

function dueBefore({ cron, timeZone }: Schedule, zone: string | null, before: Date): Date {
  return CronExpressionParser.parse(cron, { tz: zone ?? timeZone, currentDate: before })
    .prev()
    .toDate()
}

function wallTime(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(date)
}

/** Whether a cron expression can be read; its error when not. */
export function cronError(cron: string): string | null {
  try {
    CronExpressionParser.parse(cron, { tz: 'UTC' })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

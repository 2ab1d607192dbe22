import { CronExpressionParser } from 'cron-parser'
import type { Schedule } from '../model/schedule.ts'

/**
 * Which firing of a schedule this is: that of the last time that it was due before `at`. By the clock on the wall, so
 * that a night with an hour twice has one; only where each hour counts, by the time that goes on.
 */
export function firingKey({ name, cron, timeZone }: Schedule, zone: string | null, at: Date): string {
  const tz = zone ?? timeZone
  const due = CronExpressionParser.parse(cron, { tz, currentDate: new Date(at.getTime() + 1) }).prev()
  const hours = cron.trim().split(/\s+/).at(-4) ?? '*'
  const moment = /^(\*|\d+-\d+|.*\/)/.test(hours) ? due.toDate().toISOString() : wallTime(due.toDate(), tz)
  return `${name} ${tz} ${moment}`
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

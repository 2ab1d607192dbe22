import type { ReportName } from './report.ts'

/** When runs start by themselves. */
export interface Schedule {
  readonly name: string
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  /** IANA name; `account`: of each account its own. */
  readonly timeZone: string
  /** So many of the last days; what a sync reads by itself when absent. */
  readonly days?: number | undefined
  /** Ids; all when absent. */
  readonly accounts?: readonly string[] | undefined
  readonly reports?: readonly ReportName[] | undefined
}

/** Each account in its own morning. */
export const DEFAULT_SCHEDULE = { name: 'daily', cron: '0 5 * * *', timeZone: 'account' }

/** Whether it is a time zone of IANA's that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

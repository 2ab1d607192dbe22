import type { ReportName } from '../model/report.ts'

/** So many ad accounts with so many ads each. */
export interface AccountGroup {
  readonly accounts: number
  readonly ads: number
}

/** Ad accounts, and what one sync reads of each. Shares are fractions of 1. */
export interface Fleet {
  readonly groups: readonly AccountGroup[]
  readonly reports: readonly ReportName[]
  /** True: nothing is loaded yet. False: all days but today were loaded before. */
  readonly isFirst: boolean
  /** The last days, today included, that the sync reads. */
  readonly days: number
  /** How far back the warehouse reaches once the first sync is done. */
  readonly historyDays: number
  readonly chunkDays: number
  /** Of the ads, those that have figures on a day. */
  readonly activeShare: number
  /** Of the days that are read again, those whose figures have changed meanwhile. */
  readonly restatedShare: number
}

export function accountsOf({ groups }: Pick<Fleet, 'groups'>): number {
  return groups.reduce((sum, { accounts }) => sum + accounts, 0)
}

export function adsOf({ groups }: Pick<Fleet, 'groups'>): number {
  return groups.reduce((sum, { accounts, ads }) => sum + accounts * ads, 0)
}

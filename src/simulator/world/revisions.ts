import type { CalendarDate } from '../../model/calendar-date.ts'
import { toDayNumber } from './day-number.ts'
import { hash } from './random.ts'
import type { WorldAd } from './world-objects.ts'

/** Which revision of each account's day is in force; 0 until one is restated. */
export interface Revisions {
  of(ad: WorldAd, day: number): number
  restate(accountId: string, date: CalendarDate): void
  restateAll(revision: number): void
  /** Changes whenever a revision does. */
  version(): number
}

export function createRevisions(): Revisions {
  const days = new Map<string, number>()
  let all = 0
  let version = 0
  const keyOf = (accountId: string, day: number) => `${accountId}/${day}`
  return {
    of: (ad, day) => {
      const own = days.size === 0 ? 0 : (days.get(keyOf(ad.account.id, day)) ?? 0)
      return own === 0 ? all : hash(own, all)
    },
    restate: (accountId, date) => {
      const key = keyOf(accountId, toDayNumber(date))
      days.set(key, (days.get(key) ?? 0) + 1)
      version++
    },
    restateAll: (revision) => {
      all = revision
      version++
    },
    version: () => version,
  }
}

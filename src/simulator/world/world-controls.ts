import type { CalendarDate } from '../../model/calendar-date.ts'
import { toDayNumber } from './day-number.ts'
import type { Revisions } from './revisions.ts'
import type { ConfiguredStatus, Mutable, WorldAd, WorldObject } from './world-objects.ts'

/** What happens in a world while it is being read. Each throws RangeError on an id that it does not have. */
export interface WorldControls {
  /** Counts the changes: equal versions, equal world. */
  version(): number
  rename(id: string, name: string, atMs?: number): void
  /** Also stops the delivery of the ads below after today, or lets it go on. */
  setStatus(id: string, status: ConfiguredStatus, atMs?: number): void
  /** In minor units. A campaign's `updated_time` stays as it is, as at Meta. */
  setDailyBudget(id: string, dailyBudget: string, atMs?: number): void
  /** A new revision of one day: some rows change, some vanish, some appear. */
  restate(accountId: string, date: CalendarDate): void
  /** The given revision of every day; 0 is the first. */
  restateAll(revision: number): void
  /** Gone for good: its id answers 100/33, and its insights stay. */
  removeObject(id: string): void
}

export function createWorldControls(
  objects: Map<string, WorldObject>,
  revisions: Revisions,
  nowMs: number,
): WorldControls {
  let changes = 0
  const change = (id: string): Mutable<WorldObject> => {
    const object = objects.get(id)
    if (!object) throw new RangeError(`the world has no object ${id}`)
    changes++
    return object
  }
  return {
    version: () => changes + revisions.version(),
    rename: (id, name, atMs = nowMs) => {
      const object = change(id)
      object.name = name
      object.updatedMs = atMs
    },
    setStatus: (id, status, atMs = nowMs) => {
      const object = change(id)
      object.status = status
      object.updatedMs = atMs
      for (const ad of adsBelow(object)) {
        const today = toDayNumber(ad.account.time.dayOf(atMs))
        const mutable: Mutable<WorldAd> = ad
        mutable.lastDay = isRunning(ad) ? null : Math.min(today, ad.lastDay ?? today)
      }
    },
    setDailyBudget: (id, dailyBudget, atMs = nowMs) => {
      const object = change(id)
      if (object.kind === 'ad') throw new RangeError(`${id} is an ad and has no budget`)
      object.dailyBudget = dailyBudget
      if (object.kind === 'adset') object.updatedMs = atMs
    },
    restate: revisions.restate,
    restateAll: revisions.restateAll,
    removeObject: (id) => {
      change(id)
      objects.delete(id)
    },
  }
}

function adsBelow(object: WorldObject): readonly WorldAd[] {
  switch (object.kind) {
    case 'campaign':
      return object.adsets.flatMap((adset) => adset.ads)
    case 'adset':
      return object.ads
    case 'ad':
      return [object]
    default:
      return object satisfies never
  }
}

function isRunning(ad: WorldAd): boolean {
  return [ad, ad.adset, ad.adset.campaign].every(({ status }) => status === 'ACTIVE')
}

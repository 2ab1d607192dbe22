import { addDays } from '../../src/model/calendar-date.ts'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import type { ConfiguredStatus, WorldObject } from '../../src/simulator/world/world-objects.ts'
import type { World } from '../../src/simulator/world.ts'

export const WORLD_CHANGES = ['restate', 'restate-all', 'rename', 'status', 'budget', 'remove'] as const
type WorldChange = (typeof WORLD_CHANGES)[number]

const STATUSES: readonly ConfiguredStatus[] = ['ACTIVE', 'PAUSED', 'ARCHIVED', 'DELETED']

/** Does to a world what its owner or Meta does; `chosen`, any number, picks whom and how. */
export function changeWorld(world: World, change: WorldChange, chosen: number, nowMs: number): void {
  const account = pick(world.accounts, chosen)
  // What is deleted changes no more: nobody can edit it.
  const isLive = (object: WorldObject) =>
    world.object(object.id) !== undefined && effectiveStatus(object) !== 'DELETED'
  const budgeted = [...account.campaigns, ...account.adsets].filter(isLive)
  const objects = [...budgeted, ...account.ads.filter(isLive)]
  if (objects.length === 0) return
  const { id } = pick(objects, chosen)
  switch (change) {
    case 'restate':
      world.restate(account.id, addDays(account.time.dayOf(nowMs), -(chosen % 3)))
      break
    case 'restate-all':
      world.restateAll(1 + chosen)
      break
    case 'rename':
      world.rename(id, `Renamed ${chosen} "ü" 👍`, nowMs)
      break
    case 'status':
      world.setStatus(id, pick(STATUSES, chosen), nowMs)
      break
    case 'budget':
      if (budgeted.length > 0) world.setDailyBudget(pick(budgeted, chosen).id, String(10_000 + chosen), nowMs)
      break
    case 'remove':
      world.removeObject(id)
      break
    default:
      change satisfies never
  }
}

function pick<T>(items: readonly T[], chosen: number): T {
  const item = items[chosen % items.length]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

import type { World } from '../../src/simulator/world.ts'

/** The world whose figures are those of one moment for ever, however long a sync takes: two syncs can be compared. */
export function withoutAging(world: World, atMs: number): World {
  return {
    ...world,
    asOf: (account) => world.asOf(account, atMs),
    insights: (accountId, date, breakdowns) => world.insights(accountId, date, breakdowns, atMs),
  }
}

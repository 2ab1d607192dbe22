import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fleet } from '../../src/capacity/fleet.ts'
import { type Means, planCapacity } from '../../src/capacity/plan-capacity.ts'

const HOUR_MS = 3_600_000

const FLEET: Fleet = {
  groups: [{ accounts: 400, ads: 200 }],
  reports: ['core', 'age_gender', 'country'],
  isFirst: false,
  days: 28,
  historyDays: 450,
  chunkDays: 7,
  activeShare: 0.35,
  restatedShare: 0.25,
}

const MEANS: Means = {
  tier: 'standard',
  apps: 1,
  workers: null,
  concurrency: 8,
  metaConcurrency: 4,
  databaseCores: 4,
  latencyMs: 300,
  withinMs: 4 * HOUR_MS,
}

describe('the workers that a fleet needs', () => {
  it('are the fewest that are done in time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 400 }),
        fc.integer({ min: 60, max: 900 }),
        (accounts, seconds) => {
          const fleet = { ...FLEET, groups: [{ accounts, ads: 200 }] }
          const means = { ...MEANS, databaseCores: 64, withinMs: seconds * 1000 }
          const { workers, isInTime } = planCapacity(fleet, means)
          expect(isInTime).toBe(true)
          if (workers > 1)
            expect(planCapacity(fleet, { ...means, workers: workers - 1 }).isInTime).toBe(false)
        },
      ),
      { numRuns: 10 },
    )
  })

  it('are none where the database is what it depends on', () => {
    const fleet = { ...FLEET, isFirst: true, days: 90 }
    const plan = planCapacity(fleet, { ...MEANS, databaseCores: 1, withinMs: 60_000 })
    expect(plan.isInTime).toBe(false)
    expect(plan.binding.bound).toBe('database')
  })
})

describe('what a day depends on', () => {
  const boundOf = (fleet: Partial<Fleet>, means: Partial<Means>) =>
    planCapacity({ ...FLEET, ...fleet }, { ...MEANS, workers: 1, ...means }).binding.bound

  it.each<[string, string, Partial<Fleet>, Partial<Means>]>([
    ['latency', 'slow answers', {}, { latencyMs: 2_000 }],
    ['worker', 'quick answers', {}, { latencyMs: 1 }],
    [
      'database',
      'many workers on one core',
      { isFirst: true },
      { workers: 20, databaseCores: 1, latencyMs: 1 },
    ],
    [
      'score',
      'the development tier and a large account',
      { groups: [{ accounts: 1, ads: 3_000 }] },
      { tier: 'development' },
    ],
    ['one-account', 'a large account alone', { groups: [{ accounts: 1, ads: 3_000 }] }, {}],
  ])('is %s with %s', (bound, _, fleet, means) => {
    expect(boundOf(fleet, means)).toBe(bound)
  })

  it('is no longer the list of accounts with more apps', () => {
    const fleet: Fleet = { ...FLEET, groups: [{ accounts: 45_000, ads: 1 }], reports: ['core'], days: 1 }
    const means = { ...MEANS, workers: 400, databaseCores: 64 }
    const one = planCapacity(fleet, means)
    const three = planCapacity(fleet, { ...means, apps: 3 })
    expect(one.binding.bound).toBe('app')
    expect(one.day.limits.app.waitedMs).toBeGreaterThan(0)
    expect(three.day.limits.app.waitedMs).toBe(0)
    expect(three.day.wallMs).toBeLessThan(one.day.wallMs)
  })
})

describe('the size of the database', () => {
  it('grows by what a day brings, whatever the sync reads again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (days, restatedShare) => {
          const { storage } = planCapacity(
            { ...FLEET, groups: [{ accounts: 10, ads: 50 }], days, restatedShare },
            MEANS,
          )
          const { storage: usual } = planCapacity({ ...FLEET, groups: [{ accounts: 10, ads: 50 }] }, MEANS)
          expect(storage.now).toBe(usual.now)
          expect(storage.afterYear - storage.now).toBeCloseTo(12 * storage.perMonth, 0)
        },
      ),
      { numRuns: 10 },
    )
  })

  it('is less without the breakdowns', () => {
    const all = planCapacity(FLEET, MEANS)
    const core = planCapacity({ ...FLEET, reports: ['core'] }, MEANS)
    expect(core.storage.perMonth).toBeLessThan(all.storage.perMonth / 2)
    expect(core.day.calls).toBeLessThan(all.day.calls / 2)
  })
})

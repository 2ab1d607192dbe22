import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccountWork, type RequestWork, toAccountWork } from '../../src/capacity/account-work.ts'
import type { Fleet } from '../../src/capacity/fleet.ts'
import { COSTS } from '../../src/capacity/measured-costs.ts'
import type { Tier } from '../../src/capacity/plan-capacity.ts'
import { simulateDay } from '../../src/capacity/simulate-day.ts'
import type { DaySetup } from '../../src/capacity/simulated-account.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { RATE_LIMITS } from '../../src/simulator/graph/rate-limits.ts'

const fleets: fc.Arbitrary<Fleet> = fc.record({
  groups: fc.array(
    fc.record({ accounts: fc.integer({ min: 1, max: 25 }), ads: fc.integer({ min: 1, max: 900 }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  reports: fc.subarray([...REPORT_NAMES], { minLength: 1 }),
  isFirst: fc.boolean(),
  days: fc.integer({ min: 1, max: 60 }),
  historyDays: fc.constant(450),
  chunkDays: fc.integer({ min: 1, max: 14 }),
  activeShare: fc.double({ min: 0.05, max: 1, noNaN: true }),
  restatedShare: fc.double({ min: 0, max: 1, noNaN: true }),
})

const tiers = fc.constantFrom('development' as const, 'standard' as const)
const means = fc.record({
  apps: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 6 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  metaConcurrency: fc.integer({ min: 1, max: 4 }),
  databaseCores: fc.integer({ min: 1, max: 4 }),
  latencyMs: fc.integer({ min: 20, max: 2_000 }),
})

function setupOf(
  fleet: Fleet,
  by: Pick<
    DaySetup,
    'apps' | 'workers' | 'concurrency' | 'metaConcurrency' | 'databaseCores' | 'latencyMs'
  > & { readonly tier?: Tier },
): DaySetup {
  const groups = fleet.groups.map(({ accounts, ads }) => ({ accounts, work: toAccountWork(ads, fleet) }))
  return { ...by, groups, listCalls: 1, limits: RATE_LIMITS[by.tier ?? 'standard'] }
}

/** The longest that one request takes from its first call to its end, with nobody before it. */
function longestRequestMs({ groups, latencyMs }: DaySetup): number {
  const requests = groups.flatMap(({ work }) => [...work.facts, ...work.lists, ...work.unlisted])
  return Math.max(
    ...requests.map(
      ({ calls, workerMs, databaseMs, endMs }) => calls * (latencyMs + workerMs) + databaseMs + endMs,
    ),
  )
}

describe('a simulated day', () => {
  it('never goes beyond a limit of the API', () => {
    fc.assert(
      fc.property(fleets, means, tiers, (fleet, by, tier) => {
        const { limits } = simulateDay(setupOf(fleet, { ...by, tier }))
        for (const { peakPercent } of Object.values(limits)) expect(peakPercent).toBeLessThanOrEqual(100)
      }),
      { numRuns: 60 },
    )
  })

  it('makes every call for figures, and each for metadata or gives it up', () => {
    fc.assert(
      fc.property(fleets, means, tiers, (fleet, by, tier) => {
        const setup = setupOf(fleet, { ...by, tier })
        const { calls, givenUp } = simulateDay(setup)
        const sum = (of: (work: AccountWork) => readonly RequestWork[], points: (r: RequestWork) => number) =>
          setup.groups.reduce(
            (total, { accounts, work }) =>
              total +
              accounts * of(work).reduce((each, request) => each + request.calls * points(request), 0),
            0,
          )
        const facts = sum(
          ({ facts }) => facts,
          () => 1,
        )
        const metadata = sum(
          ({ lists, unlisted }) => [...lists, ...unlisted],
          ({ points }) => points,
        )
        expect(calls).toBeGreaterThanOrEqual(setup.listCalls + facts)
        expect(calls).toBeLessThanOrEqual(setup.listCalls + facts + metadata)
        if (givenUp === 0) expect(calls).toBe(setup.listCalls + facts + metadata)
        if (tier === 'standard') expect(givenUp).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('takes at least the work that there is', () => {
    fc.assert(
      fc.property(fleets, means, tiers, (fleet, by, tier) => {
        const setup = setupOf(fleet, { ...by, tier })
        const { wallMs, waitingMs, workerMs, databaseMs } = simulateDay(setup)
        expect(wallMs * setup.workers * setup.concurrency).toBeGreaterThanOrEqual(waitingMs)
        expect(wallMs * setup.workers).toBeGreaterThanOrEqual(workerMs)
        expect(wallMs * setup.databaseCores).toBeGreaterThanOrEqual(databaseMs)
      }),
      { numRuns: 60 },
    )
  })

  it('is no longer with more workers, but for the order in which requests come to their turn', () => {
    fc.assert(
      fc.property(fleets, means, fc.integer({ min: 1, max: 6 }), (fleet, by, more) => {
        const setup = setupOf(fleet, by)
        const few = simulateDay(setup).wallMs
        const many = simulateDay({ ...setup, workers: setup.workers + more }).wallMs
        expect(many).toBeLessThanOrEqual(few + 2 * longestRequestMs(setup) + COSTS.accountMs)
      }),
      { numRuns: 60 },
    )
  })

  it('has no fewer calls, and takes no less of the workers, with more accounts', () => {
    fc.assert(
      fc.property(fleets, means, fc.integer({ min: 1, max: 20 }), (fleet, by, more) => {
        const [first, ...others] = fleet.groups
        if (first === undefined) return
        const larger = { ...fleet, groups: [{ ...first, accounts: first.accounts + more }, ...others] }
        const [one, two] = [simulateDay(setupOf(fleet, by)), simulateDay(setupOf(larger, by))]
        expect(two.calls).toBeGreaterThan(one.calls)
        expect(two.workerMs).toBeGreaterThan(one.workerMs)
        expect(two.databaseMs).toBeGreaterThan(one.databaseMs)
      }),
      { numRuns: 60 },
    )
  })

  it('is the same each time', () => {
    fc.assert(
      fc.property(fleets, means, tiers, (fleet, by, tier) => {
        const setup = setupOf(fleet, { ...by, tier })
        expect(simulateDay(setup)).toEqual(simulateDay(setup))
      }),
      { numRuns: 20 },
    )
  })

  it('lets others go on while an account waits for its limit', () => {
    const fleet: Fleet = {
      groups: [
        { accounts: 1, ads: 2_000 },
        { accounts: 20, ads: 10 },
      ],
      reports: ['core', 'age_gender', 'country'],
      isFirst: false,
      days: 28,
      historyDays: 450,
      chunkDays: 7,
      activeShare: 0.35,
      restatedShare: 0.25,
    }
    const by = { apps: 1, workers: 1, concurrency: 1, metaConcurrency: 1, databaseCores: 1, latencyMs: 300 }
    const together = simulateDay(setupOf(fleet, { ...by, tier: 'development' }))
    const [giant] = fleet.groups
    const alone = simulateDay(
      setupOf({ ...fleet, groups: giant ? [giant] : [] }, { ...by, tier: 'development' }),
    )
    expect(together.limits.score.waitedMs).toBeGreaterThan(600_000)
    expect(together.wallMs).toBeLessThan(alone.wallMs * 1.1)
  })
})

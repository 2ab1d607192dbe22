import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '../../src/model/calendar-date.ts'
import { createReferenceWorld } from '../../src/simulator/reference-world.ts'
import { METRICS, type Metric, type Metrics } from '../../src/simulator/world/metrics.ts'
import type { WorldAccount } from '../../src/simulator/world/world-objects.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'

const NOW = Date.parse('2026-11-05T20:10:00Z')
const DAY_MS = 86_400_000

const seeds = fc.integer({ min: 1, max: 1_000_000 })
const ages = fc.integer({ min: 0, max: 60 })
const BREAKDOWNS = [
  ['age', 'gender'],
  ['age'],
  ['country'],
  ['country', 'region'],
  ['publisher_platform', 'platform_position'],
  ['hourly_stats_aggregated_by_advertiser_time_zone'],
]

function firstAccount(world: World): WorldAccount {
  const account = world.accounts[0]
  if (!account) throw new Error('a world without accounts')
  return account
}

function smallWorld(seed: number) {
  const world = createWorld({ seed, nowMs: NOW, ads: 8, campaigns: 2, days: 40, legacyAfterDays: 30 })
  const account = firstAccount(world)
  const dayAt = (age: number) => addDays(account.time.dayOf(NOW), -age)
  return { world, account, dayAt }
}

function sumOf(rows: readonly { metrics: Readonly<Metrics> }[]): Record<string, number> {
  return Object.fromEntries(
    METRICS.map((metric) => [metric, rows.reduce((sum, row) => sum + row.metrics[metric], 0)]),
  )
}

const FUNNELS: readonly (readonly Metric[])[] = [
  [
    'impressions',
    'clicks',
    'linkClicks',
    'landingPageViews',
    'viewContent',
    'addToCart',
    'checkouts',
    'purchases',
  ],
  ['linkClicks', 'inlineLinkClicks'],
  ['impressions', 'videoPlays', 'videoViews', 'videoP25', 'videoP50', 'videoP75', 'videoP95', 'videoP100'],
]

describe('a world', () => {
  it('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(seeds, ages, (seed, age) => {
        const [one, two, other] = [smallWorld(seed), smallWorld(seed), smallWorld(seed + 1)]
        const look = ({ world, account, dayAt }: typeof one) =>
          world
            .insights(account.id, dayAt(age), ['country'], NOW)
            .map(({ ad, breakdown, metrics }) => ({ id: ad.id, name: ad.name, breakdown, metrics }))
        expect(look(one)).toEqual(look(two))
        expect(one.account.ads.map((ad) => ad.seed)).not.toEqual(other.account.ads.map((ad) => ad.seed))
      }),
      { numRuns: 30 },
    )
  })

  it('adds up: the parts of every breakdown sum to the day of their ad, reach excepted', () => {
    fc.assert(
      fc.property(seeds, ages, fc.constantFrom(...BREAKDOWNS), (seed, age, breakdowns) => {
        const { world, account, dayAt } = smallWorld(seed)
        const whole = world.insights(account.id, dayAt(age), [], NOW)
        const parts = world.insights(account.id, dayAt(age), breakdowns, NOW)
        for (const row of whole) {
          const own = parts.filter(({ ad }) => ad === row.ad)
          expect(sumOf(own)).toEqual(sumOf([row]))
        }
        expect(sumOf(parts)).toEqual(sumOf(whole))
      }),
      { numRuns: 60 },
    )
  })

  it('reaches nobody in a part who is not in the whole, also where one part is nearly all', () => {
    fc.assert(
      fc.property(seeds, ages, fc.constantFrom(...BREAKDOWNS), (seed, age, breakdowns) => {
        const world = createWorld({ seed, nowMs: NOW, ads: 8, campaigns: 2, days: 40, accounts: 2 })
        for (const { id, time } of world.accounts) {
          const date = addDays(time.dayOf(NOW), -age)
          const reached = new Map(world.insights(id, date, [], NOW).map((row) => [row.ad, row.metrics.reach]))
          for (const { ad, metrics } of world.insights(id, date, breakdowns, NOW)) {
            expect(metrics.reach).toBeLessThanOrEqual(reached.get(ad) ?? 0)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('narrows along its funnels wherever there are impressions, in every part of a breakdown', () => {
    fc.assert(
      fc.property(seeds, ages, fc.constantFrom([], ...BREAKDOWNS), (seed, age, breakdowns) => {
        const { world, account, dayAt } = smallWorld(seed)
        const late = new Set(
          world
            .insights(account.id, dayAt(age), [], NOW)
            .filter((row) => row.metrics.impressions === 0)
            .map((row) => row.ad),
        )
        for (const { ad, metrics } of world.insights(account.id, dayAt(age), breakdowns, NOW)) {
          expect(metrics.reach).toBeLessThanOrEqual(metrics.impressions)
          if (late.has(ad)) continue
          for (const funnel of FUNNELS) {
            const steps = funnel.map((metric) => metrics[metric])
            expect(steps).toEqual(steps.toSorted((a, b) => b - a))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('restates a day until it is 28 days old, and never after', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 28, max: 300 }), (seed, later) => {
        const { world, account, dayAt } = smallWorld(seed)
        const date = dayAt(3)
        const at = (age: number) => world.insights(account.id, date, [], NOW + (age - 3) * DAY_MS)
        expect(at(later)).toEqual(at(28))
      }),
      { numRuns: 40 },
    )
    const { world, account, dayAt } = smallWorld(7)
    expect(world.insights(account.id, dayAt(3), [], NOW)).not.toEqual(
      world.insights(account.id, dayAt(3), [], NOW + 25 * DAY_MS),
    )
  })

  it('lets some rows appear late, some vanish, and conversions arrive after the ad has stopped', () => {
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 600, days: 60 })
    const account = firstAccount(world)
    const date = addDays(account.time.dayOf(NOW), -2)
    const adsAt = (nowMs: number) =>
      new Set(world.insights(account.id, date, [], nowMs).map(({ ad }) => ad.id))
    const [young, settled] = [adsAt(NOW), adsAt(NOW + 40 * DAY_MS)]
    expect([...settled].some((id) => !young.has(id))).toBe(true)
    expect([...young].some((id) => !settled.has(id))).toBe(true)
    const rows = Array.from({ length: 50 }, (_, i) =>
      world.insights(account.id, addDays(date, -i), [], NOW + 40 * DAY_MS),
    ).flat()
    const late = rows.filter(({ metrics }) => metrics.impressions === 0)
    expect(late.length).toBeGreaterThan(0)
    expect(
      late.every(({ metrics }) => metrics.purchases + metrics.leads > 0 && metrics.spendMinor === 0),
    ).toBe(true)
  })

  it('lets today grow with its hours, and knows nothing of tomorrow', () => {
    const { world, account, dayAt } = smallWorld(11)
    const spendAt = (nowMs: number) =>
      world
        .insights(account.id, dayAt(0), [], nowMs)
        .reduce((sum, { metrics }) => sum + metrics.spendMinor, 0)
    const hours = [2, 1, 0].map((hours) => spendAt(NOW - hours * 3_600_000))
    expect(hours).toEqual(hours.toSorted((a, b) => a - b))
    expect(hours[0]).toBeLessThan(hours[2] ?? 0)
    expect(world.insights(account.id, dayAt(-1), [], NOW)).toEqual([])
  })

  it('has no inline link clicks on its oldest days, and for a week has them in some rows', () => {
    const world = createWorld({ seed: 5, nowMs: NOW, ads: 100, days: 60, legacyAfterDays: 30 })
    const account = firstAccount(world)
    const has = (age: number) => {
      const rows = world.insights(account.id, addDays(account.time.dayOf(NOW), -age), [], NOW)
      return new Set(rows.map(({ metrics }) => metrics.hasInlineLinkClicks))
    }
    expect(has(45)).toEqual(new Set([false]))
    expect(has(27)).toEqual(new Set([true, false]))
    expect(has(10)).toEqual(new Set([true]))
  })

  it('says an unknown age and gender in two ways on the same day', () => {
    const world = createWorld({ seed: 9, nowMs: NOW, ads: 100, days: 60 })
    const account = firstAccount(world)
    const rows = world.insights(account.id, addDays(account.time.dayOf(NOW), -5), ['age', 'gender'], NOW)
    const byAd = Map.groupBy(rows, ({ ad }) => ad.id)
    const both = [...byAd.values()].filter(
      (cells) =>
        cells.some(({ breakdown }) => breakdown.age === undefined) &&
        cells.some(({ breakdown }) => breakdown.age === 'Unknown' && breakdown.gender === 'unknown'),
    )
    expect(both.length).toBeGreaterThan(0)
  })

  it('has accounts in several currencies and zones, a recent one and one without delivery', () => {
    const world = createWorld({ seed: 1, nowMs: NOW, accounts: 9, ads: 10, days: 30 })
    expect(world.accounts.map(({ currency, offset }) => `${currency} ${offset}`)).toEqual(
      expect.arrayContaining(['USD 100', 'JPY 1', 'HUF 1', 'CLP 1', 'EUR 100']),
    )
    const rowsOf = (account: WorldAccount) =>
      Array.from({ length: 30 }, (_, i) =>
        world.insights(account.id, addDays(account.time.dayOf(NOW), -i), [], NOW),
      ).flat().length
    const silent = world.accounts.filter((account) => rowsOf(account) === 0)
    expect(silent.map(({ currency }) => currency)).toEqual(['BRL'])
    expect(world.accounts.find(({ currency }) => currency === 'HUF')?.firstDay).toBe('2026-10-27')
  })

  it('numbers its objects beyond what a JavaScript number can tell apart', () => {
    const { account } = smallWorld(2)
    const ids = createWorld({ seed: 2, nowMs: NOW, ads: 300 }).accounts.flatMap(({ ads }) =>
      ads.map(({ id }) => id),
    )
    expect(new Set(ids).size).toBe(300)
    expect(new Set(ids.map(Number)).size).toBeLessThan(300)
    expect(ids.every((id) => /^\d{15,18}$/.test(id))).toBe(true)
    expect(account.campaigns.every(({ adsets }) => adsets.length > 0)).toBe(true)
  })

  it('throws on sizes below one', () => {
    expect(() => createWorld({ seed: 1, nowMs: NOW, ads: 0 })).toThrow(RangeError)
  })
})

describe('the controls of a world', () => {
  it('restate one day: rows change, vanish and appear, other days stay', () => {
    const world = createWorld({ seed: 4, nowMs: NOW, ads: 300, days: 60 })
    const account = firstAccount(world)
    const [date, other] = [addDays(account.time.dayOf(NOW), -10), addDays(account.time.dayOf(NOW), -11)]
    const look = (day: typeof date) =>
      new Map(world.insights(account.id, day, [], NOW).map(({ ad, metrics }) => [ad.id, metrics.spendMinor]))
    const [before, otherBefore, version] = [look(date), look(other), world.version()]
    world.restate(account.id, date)
    const after = look(date)
    expect([...before.keys()].some((id) => !after.has(id))).toBe(true)
    expect([...after.keys()].some((id) => !before.has(id))).toBe(true)
    expect([...after].some(([id, spend]) => before.has(id) && before.get(id) !== spend)).toBe(true)
    expect([...after].some(([id, spend]) => before.get(id) === spend)).toBe(true)
    expect(look(other)).toEqual(otherBefore)
    expect(world.version()).toBeGreaterThan(version)
    for (const ad of account.ads) {
      const day = Math.floor(Date.parse(date) / DAY_MS)
      expect(world.delivery.has(ad, day, world.asOf(account, NOW))).toBe(after.has(ad.id))
    }
  })

  it('restate every day, and go back', () => {
    const { world, account, dayAt } = smallWorld(6)
    const before = world.insights(account.id, dayAt(5), [], NOW)
    world.restateAll(2)
    expect(world.insights(account.id, dayAt(5), [], NOW)).not.toEqual(before)
    world.restateAll(0)
    expect(world.insights(account.id, dayAt(5), [], NOW)).toEqual(before)
  })

  it('stop an ad from the next day on when its campaign is paused, and let it go on', () => {
    const { world, account, dayAt } = smallWorld(8)
    const ad = account.ads[0]
    if (!ad) throw new Error('no ad')
    const rowsOf = (age: number, nowMs: number) =>
      world
        .insights(account.id, dayAt(age), [], nowMs)
        .filter((row) => row.ad === ad && row.metrics.impressions > 0)
    const later = NOW + 20 * DAY_MS
    const days = [-1, -2, -3, -4, -5]
    world.setStatus(ad.adset.campaign.id, 'PAUSED')
    expect(days.flatMap((age) => rowsOf(age, later))).toEqual([])
    world.setStatus(ad.adset.campaign.id, 'ACTIVE')
    expect(days.flatMap((age) => rowsOf(age, later)).length).toBeGreaterThan(0)
  })

  it('throw on an id that the world does not have', () => {
    const { world } = smallWorld(1)
    expect(() => world.rename('1', 'x')).toThrow(RangeError)
    expect(() => world.insights('1', addDays(firstAccount(world).firstDay, 0), [], NOW)).toThrow(RangeError)
  })
})

describe('the reference world', () => {
  it('has exactly 1,754 rows, 5,800 link clicks and a CTR of 0.35 % in 15 campaigns, whenever it is made', () => {
    for (const nowMs of [NOW, NOW + 200 * DAY_MS, Date.parse('2026-03-08T09:59:00Z')]) {
      const world = createReferenceWorld(nowMs)
      const account = firstAccount(world)
      const rows = Array.from({ length: 60 }, (_, i) =>
        world.insights(account.id, addDays(account.time.dayOf(nowMs), -i), [], nowMs),
      )
      const sums = sumOf(rows.flat())
      expect(rows.slice(0, 28).flat()).toHaveLength(1754)
      expect(rows.slice(28).flat()).toEqual([])
      expect(sums.inlineLinkClicks).toBe(5800)
      expect(((100 * (sums.inlineLinkClicks ?? 0)) / (sums.impressions ?? 0)).toFixed(2)).toBe('0.35')
      expect(new Set(rows.flat().map(({ ad }) => ad.adset.campaign.id)).size).toBe(15)
      expect(account.campaigns).toHaveLength(15)
    }
  })
})

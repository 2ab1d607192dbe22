import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLess, LARGEST, larger, smaller } from '../../src/pipeline/request-size.ts'

const size = fc.record({
  mode: fc.constantFrom('sync', 'async'),
  pageLimit: fc.integer({ min: 25, max: 1000 }),
  days: fc.option(fc.integer({ min: 1, max: 90 })),
  campaigns: fc.option(fc.integer({ min: 1, max: 64 })),
})

describe('the size of a request', () => {
  it('shrinks by a report run, then by days, then by campaigns, and then no more', () => {
    const seen: unknown[] = []
    for (let at: typeof LARGEST | null = LARGEST; at !== null; at = smaller(at, at.days ?? 7)) seen.push(at)
    expect(seen).toEqual([
      LARGEST,
      { ...LARGEST, mode: 'async' },
      { ...LARGEST, mode: 'async', days: 4 },
      { ...LARGEST, mode: 'async', days: 2 },
      { ...LARGEST, mode: 'async', days: 1 },
      { ...LARGEST, mode: 'async', days: 1, campaigns: 64 },
    ])
  })

  it('is less after each shrinking, so that a request is not asked for for ever', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 90 }), (from, days) => {
        const next = smaller(from, from.days === null ? days : Math.min(days, from.days))
        if (next !== null) {
          expect(isLess(next, from)).toBe(true)
          expect(isLess(from, next)).toBe(false)
        }
      }),
    )
  })

  it('grows back to the largest, each time by more', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 90 }), (from, mostDays) => {
        let at = from
        for (let steps = 0; isLess(at, LARGEST); steps += 1) {
          const next = larger(at, mostDays)
          expect(isLess(at, next)).toBe(true)
          expect(steps).toBeLessThan(30)
          at = next
        }
        expect(at).toEqual(LARGEST)
      }),
    )
  })
})

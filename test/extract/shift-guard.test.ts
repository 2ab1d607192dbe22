import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createShiftGuard } from '../../src/extract/shift-guard.ts'

const row = fc.record(
  {
    ad_id: fc.integer({ min: 1, max: 2_000 }).map(String),
    date_start: fc.constantFrom('2026-01-01', '2026-01-02'),
    age: fc.constantFrom('18-24', 'Unknown', 'unknown'),
    spend: fc.nat().map(String),
  },
  { requiredKeys: ['ad_id', 'date_start', 'spend'] },
)

describe('the guard against rows that move', () => {
  it('notices a key that an earlier page had, by the columns of the key as sent', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 8 }), (pages) => {
        const guard = createShiftGuard(['age'])
        const seen = new Set<string>()
        for (const page of pages) {
          const keys = page.map((record) => JSON.stringify([record.ad_id, record.date_start, record.age]))
          expect(guard.allNew(page)).toBe(!keys.some((key) => seen.has(key)))
          for (const key of keys) seen.add(key)
        }
      }),
    )
  })

  it('remembers every ad of a large account', () => {
    const guard = createShiftGuard([])
    const ads = Array.from({ length: 5_000 }, (_, i) => ({ ad_id: String(i + 1), date_start: '2026-01-01' }))
    for (let start = 0; start < ads.length; start += 500) {
      expect(guard.allNew(ads.slice(start, start + 500))).toBe(true)
    }
    for (const ad of ads) expect(guard.allNew([ad])).toBe(false)
  })

  it('knows an id that is sent as a number, and tells rows without one never apart', () => {
    const guard = createShiftGuard([])
    expect(guard.allNew([{ ad_id: 12, date_start: '2026-01-01' }, { date_start: '2026-01-01' }])).toBe(true)
    expect(guard.allNew([{ date_start: '2026-01-01' }])).toBe(true)
    expect(guard.allNew([{ ad_id: '12', date_start: '2026-01-01' }])).toBe(false)
  })

  it('holds the sums of each page against those before, whatever else is estimated beside them', () => {
    const sums = { spend: '10.5', impressions: '7', actions: [{ action_type: 'link_click', value: '3' }] }
    const guard = createShiftGuard([])
    expect(guard.sameSums({ summary: { ...sums, reach: '5' } })).toBe(true)
    expect(guard.sameSums({ summary: { ...sums, reach: '6' } })).toBe(true)
    expect(guard.sameSums({})).toBe(true)
    expect(guard.sameSums({ summary: { ...sums, actions: [] } })).toBe(false)
  })
})

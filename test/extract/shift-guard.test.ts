import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createShiftGuard, type ShiftGuard } from '../../src/extract/shift-guard.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { RecordPage } from '../../src/model/record-page.ts'

/** What the guard lets through of a page. */
function newOf(guard: ShiftGuard, records: readonly InsightRecord[]) {
  const fresh = guard.newOf(new RecordPage(records))
  return fresh && [...fresh]
}

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
        const guard = createShiftGuard(['age'], new Set())
        const seen = new Set<string>()
        for (const page of pages) {
          const keys = page.map((record) => JSON.stringify([record.ad_id, record.date_start, record.age]))
          const hasMoved = keys.some((key) => seen.has(key))
          expect(newOf(guard, page)).toEqual(hasMoved ? null : page)
          // Such a read has ended.
          if (hasMoved) return
          for (const key of keys) seen.add(key)
        }
      }),
    )
  })

  it('remembers every ad of a large account', () => {
    const guard = createShiftGuard([], new Set())
    const ads = Array.from({ length: 5_000 }, (_, i) => ({ ad_id: String(i + 1), date_start: '2026-01-01' }))
    for (let start = 0; start < ads.length; start += 500) {
      expect(newOf(guard, ads.slice(start, start + 500))).toHaveLength(500)
    }
    for (const ad of ads) expect(newOf(guard, [ad])).toBeNull()
  })

  it('knows an id that is sent as a number, and tells rows without one never apart', () => {
    const guard = createShiftGuard([], new Set())
    expect(
      newOf(guard, [{ ad_id: 12, date_start: '2026-01-01' }, { date_start: '2026-01-01' }]),
    ).toHaveLength(2)
    expect(newOf(guard, [{ date_start: '2026-01-01' }])).toHaveLength(1)
    expect(newOf(guard, [{ ad_id: '12', date_start: '2026-01-01' }])).toBeNull()
  })

  it('takes a breakdown that is absent for no text', () => {
    const guard = createShiftGuard(['country'], new Set())
    const key = { ad_id: '1', date_start: '2026-01-01' }
    expect(newOf(guard, [key])).toHaveLength(1)
    expect(newOf(guard, [{ ...key, country: 'null' }])).toHaveLength(1)
    expect(newOf(guard, [{ ...key, country: 1 }])).toHaveLength(1)
    expect(newOf(guard, [{ ...key, country: '1' }])).toHaveLength(1)
    expect(newOf(guard, [{ ...key, country: null }])).toBeNull()
  })

  it('counts a row once that the API sends twice at each read', () => {
    const [first, second] = [
      { ad_id: '1', date_start: '2026-01-01' },
      { ad_id: '2', date_start: '2026-01-01' },
    ]
    const repeats = new Set<string>()
    const before = createShiftGuard([], repeats)
    expect([newOf(before, [first]), newOf(before, [first, second])]).toEqual([[first], null])
    const again = createShiftGuard([], repeats)
    expect([newOf(again, [first]), newOf(again, [first, second]), newOf(again, [second])]).toEqual([
      [first],
      [second],
      null,
    ])
  })

  it('holds the sums of each page against those before, whatever else is estimated beside them', () => {
    const sums = { spend: '10.5', impressions: '7', actions: [{ action_type: 'link_click', value: '3' }] }
    const guard = createShiftGuard([], new Set())
    expect(guard.sameSums({ summary: { ...sums, reach: '5' } })).toBe(true)
    expect(guard.sameSums({ summary: { ...sums, reach: '6' } })).toBe(true)
    expect(guard.sameSums({})).toBe(true)
    expect(guard.sameSums({ summary: { ...sums, actions: [] } })).toBe(false)
  })
})

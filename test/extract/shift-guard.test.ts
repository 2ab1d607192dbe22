import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRowFilter } from '../../src/extract/row-filter.ts'

const row = fc.record(
  {
    ad_id: fc.integer({ min: 1, max: 2_000 }).map(String),
    date_start: fc.constantFrom('2026-01-01', '2026-01-02'),
    age: fc.constantFrom('18-24', 'Unknown', 'unknown'),
    spend: fc.nat().map(String),
  },
  { requiredKeys: ['ad_id', 'date_start', 'spend'] },
)

describe('the row filter', () => {
  it('keeps from each page what no earlier page had, by the columns of the key as sent', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 8 }), (pages) => {
        const keepNew = createRowFilter(['age'])
        const seen = new Set<string>()
        for (const page of pages) {
          const key = (record: (typeof page)[number]) =>
            JSON.stringify([record.ad_id, record.date_start, record.age])
          expect(keepNew(page)).toEqual(page.filter((record) => !seen.has(key(record))))
          for (const record of page) seen.add(key(record))
        }
      }),
    )
  })

  it('remembers every ad of a large account', () => {
    const keepNew = createRowFilter([])
    const ads = Array.from({ length: 5_000 }, (_, i) => ({ ad_id: String(i + 1), date_start: '2026-01-01' }))
    for (let start = 0; start < ads.length; start += 500) {
      expect(keepNew(ads.slice(start, start + 500))).toHaveLength(500)
    }
    expect(keepNew(ads)).toEqual([])
  })

  it('tells an id sent as a number from none', () => {
    const keepNew = createRowFilter([])
    const page = [{ ad_id: 12, date_start: '2026-01-01' }, { date_start: '2026-01-01' }]
    expect(keepNew(page)).toEqual(page)
    expect(keepNew([{ ad_id: '12', date_start: '2026-01-01' }])).toEqual([])
    expect(keepNew([{ date_start: '2026-01-01' }])).toHaveLength(1)
  })
})

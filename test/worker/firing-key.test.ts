import { describe, expect, it } from 'vitest'
import { firingKey, skippedDues } from '../../src/worker/firing-key.ts'

const at = (cron: string) => ({ name: 'nightly', cron, timeZone: 'Europe/Berlin' })
const NIGHT = '30 2 * * *'

describe('a night whose hour comes twice', () => {
  it('has one firing of a schedule with its hours named', () => {
    const [first, second] = ['2026-10-25T00:30:05Z', '2026-10-25T01:30:05Z'].map((text) =>
      firingKey(at(NIGHT), null, new Date(text)),
    )
    expect(first).toBe('nightly Europe/Berlin 2026-10-25 02:30')
    expect(second).toBe(first)
  })

  it('has a firing for each hour of one without', () => {
    const keys = ['2026-10-25T00:30:05Z', '2026-10-25T01:30:05Z'].map((text) =>
      firingKey(at('30 * * * *'), null, new Date(text)),
    )
    expect(new Set(keys).size).toBe(2)
  })
})

describe('what the queue does not see', () => {
  const skipped = (cron: string, from: string, to: string) =>
    skippedDues(at(cron), null, new Date(from), new Date(to)).map((due) => due.toISOString())

  it('is the night that lacks the hour, and no other of the year', () => {
    expect(skipped(NIGHT, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual([
      '2026-03-29T01:30:00.000Z',
    ])
  })

  it('is nothing where each hour counts, or the next hour is named, too', () => {
    for (const cron of ['30 * * * *', '*/15 * * * *', '30 2,3 * * *'])
      expect(skipped(cron, '2026-03-28T00:00:00Z', '2026-03-30T00:00:00Z')).toEqual([])
  })

  it('is only what was due in that time, its end included', () => {
    expect(skipped(NIGHT, '2026-03-29T01:30:00Z', '2026-03-29T04:00:00Z')).toEqual([])
    expect(skipped(NIGHT, '2026-03-29T01:00:00Z', '2026-03-29T01:29:59Z')).toEqual([])
    expect(skipped(NIGHT, '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z')).toHaveLength(1)
  })
})

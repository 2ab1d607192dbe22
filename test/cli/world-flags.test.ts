import { describe, expect, it } from 'vitest'
import { parseHistoryDays, parseWorld } from '../../src/cli/world-flags.ts'
import { NOW } from '../support/test-sync.ts'

describe('the days of a simulated world', () => {
  it('are 90, or those of the reference, unless flags say otherwise', () => {
    expect(parseHistoryDays({})).toBe(90)
    expect(parseHistoryDays({ world: 'reference' })).toBe(28)
    expect(parseHistoryDays({ world: 'reference', days: '7' })).toBe(7)
  })

  it.each([{ days: 'abc' }, { days: '0' }, { seed: 'x' }, { ads: '-1' }])(
    'and its other numbers are looked at in every world: %j',
    (flags) => {
      for (const world of ['random', 'reference'])
        expect(() => parseWorld({ ...flags, world }, NOW)).toThrow('must be a whole number')
    },
  )
})

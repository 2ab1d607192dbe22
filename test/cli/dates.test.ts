import { describe, expect, it } from 'vitest'
import { checkRetention, parseAskedDays } from '../../src/cli/dates.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')

describe('the days of a command line', () => {
  it('are those between --since and --until, the last n, or the ledger’s', () => {
    expect(parseAskedDays({ since: '2026-01-01', until: '2026-01-31' }, NOW)).toEqual({
      since: '2026-01-01',
      until: '2026-01-31',
    })
    expect(parseAskedDays({ days: '7' }, NOW)).toEqual({ days: 7 })
    expect(parseAskedDays({}, NOW)).toBeNull()
    expect(parseAskedDays({ since: '2026-11-20' }, NOW)).toMatchObject({ since: '2026-11-20' })
  })

  it.each([
    [{ since: '2026-02-01', until: '2026-01-01' }, 'is later than --until'],
    [{ since: '2026-12-24' }, '--since is in the future'],
    [{ since: '2026-11-01', until: '2027-01-01' }, '--until is in the future'],
    [{ since: '2026-02-30' }, 'must be a day written YYYY-MM-DD'],
    [{ since: 'yesterday' }, 'must be a day written YYYY-MM-DD'],
    [{ until: '2026-02-01' }, '--until needs --since'],
    [{ days: '0' }, 'must be a whole number from 1 to 9999'],
    [{ days: '-3' }, 'must be a whole number'],
    [{ days: '7', since: '2026-01-01' }, 'exclude each other'],
  ])('that make no sense say why: %j', (flags, message) => {
    expect(() => parseAskedDays(flags, NOW)).toThrow(message)
  })

  it.each([
    [{ since: '2023-10-24' }, 'beyond the 37 months that the API keeps; the first day is 2023-10-25'],
    [{ days: '1128' }, 'beyond the 37 months that the API keeps; the most is 1127'],
  ])('may be older than the API keeps, unless it is asked for them: %j', (flags, message) => {
    const asked = parseAskedDays(flags, NOW)
    expect(() => checkRetention(asked, NOW)).toThrow(message)
  })

  it.each([{ since: '2023-10-25' }, { days: '1127' }, {}])('may be all that the API keeps: %j', (flags) => {
    const asked = parseAskedDays(flags, NOW)
    expect(() => checkRetention(asked, NOW)).not.toThrow()
  })
})

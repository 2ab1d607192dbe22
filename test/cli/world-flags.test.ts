import { describe, expect, it } from 'vitest'
import { parseBehaviour, parseHistoryDays, parseTokens, parseWorld } from '../../src/cli/world-flags.ts'
import { callsPerHour, RATE_LIMITS } from '../../src/simulator/graph/rate-limits.ts'
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

describe('the tokens of a simulated API', () => {
  const world = parseWorld({ accounts: '3', ads: '1', days: '1' }, NOW)
  const [first, second, third] = world.accounts.map(({ id }) => id)

  it('reach the accounts one after the other; without the flag any token reaches all', () => {
    expect(parseTokens(['north=2', 'south=1'], world)).toEqual({ north: [first, second], south: [third] })
    expect(parseTokens(undefined, world)).toBeUndefined()
  })

  it.each([['north'], ['north=0'], ['=1'], ['north=4'], ['north=2', 'south=2']])(
    'are refused as %s',
    (...list) => {
      expect(() => parseTokens(list, world)).toThrow('it must be name=n, such as north=1, of the 3 accounts')
    },
  )
})

describe('a simulated API', () => {
  it('answers at once, without faults and limits, unless flags say otherwise', () => {
    expect(parseBehaviour({})).toEqual({
      seed: 1,
      latencyMs: 0,
      faults: [],
      rateLimits: RATE_LIMITS.none,
      usage: {},
    })
  })

  it('is slow by a number, between two, or by its median and 99th percentile', () => {
    const latency = (text: string) => parseBehaviour({ latency: text }).latencyMs
    expect(latency('80')).toBe(80)
    expect(latency('80..400')).toEqual({ leastMs: 80, mostMs: 400 })
    expect(latency('80/900')).toEqual({ medianMs: 80, p99Ms: 900 })
  })

  it.each(['', 'x', '-1', '80..', '400..80', '900/80', '80/80', '0/5', '70000', '1.5'])(
    'refuses a latency of "%s"',
    (latency) => {
      expect(() => parseBehaviour({ latency })).toThrow('--latency is')
    },
  )

  it('fails by kinds, by single errors, and by both', () => {
    const { faults } = parseBehaviour({
      faults: ' transient=10%, throttle = 2.5 % ,html-502=1%,token-expired',
    })
    expect(faults).toEqual([
      { name: 'transient', share: 0.1 },
      { name: 'throttle', share: 0.025 },
      { name: 'html-502', share: 0.01 },
      { name: 'token-expired', share: 1 },
    ])
  })

  it.each([
    ['nothing=5%', 'there is no fault "nothing". Names are all, transient, throttle,'],
    ['all=130%', 'is more than 100 %'],
    ['all=5', 'is not written name=share%'],
    ['=5%', 'is not written name=share%'],
  ])('refuses faults of "%s"', (faults, message) => {
    expect(() => parseBehaviour({ faults })).toThrow(message)
  })

  it('has the limits of an access tier, or so many calls an hour', () => {
    const limits = (rateLimit: string) => parseBehaviour({ rateLimit }).rateLimits
    expect(limits('development')).toBe(RATE_LIMITS.development)
    expect(limits('standard')).toBe(RATE_LIMITS.standard)
    expect(limits('200')).toEqual(callsPerHour(200))
    for (const text of ['0', 'x', '-5', '1.5']) expect(() => limits(text)).toThrow('--rate-limit is')
  })

  it('says how much of its limits is used', () => {
    const { usage } = parseBehaviour({ usage: '80' })
    expect(usage).toMatchObject({
      appPercent: 80,
      accountPercent: 80,
      businessPercents: { ads_insights: 80 },
    })
    expect(() => parseBehaviour({ usage: '101' })).toThrow('--usage is "101"')
  })
})

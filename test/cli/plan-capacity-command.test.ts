import { expect, it } from 'vitest'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createCommandLine } from '../support/command-line.ts'

const commandLine = (environment = {}) =>
  createCommandLine({
    fetch: () => Promise.reject(new Error('nothing is asked')),
    clock: createTestClock(),
    environment: { FACEBOOK_ACCESS_TOKEN: undefined, FACEBOOK_AD_ACCOUNT_ID: undefined, ...environment },
  })

it('plan-capacity answers in words, without a token, a call or a warehouse', async () => {
  const fbads = await commandLine()
  const { status, stdout, stderr } = await fbads.run('plan-capacity', '--accounts', '200', '--ads', '100')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toContain(
    "A day's sync of 200 ad accounts with 100 ads each: the last 28 days of core, age_gender, country.",
  )
  expect(stdout).toMatch(/1 worker with 8 requests at a time: .*, within 4 h 0 min\./)
  expect(stdout).toContain('What it depends on: ')
  expect(stdout).toContain('Assumed: 35 % of the ads have figures on a day')
})

it('plan-capacity takes what is not said from the settings', async () => {
  const fbads = await commandLine({
    FBADS_REPORTS: 'core',
    FBADS_DAILY_PULL_DAYS: '7',
    FBADS_MAX_WORKERS: '3',
    FBADS_FIRST_PULL_DAYS: '30',
  })
  const asked = async (...flags: string[]) => {
    const { stdout } = await fbads.run('plan-capacity', '--accounts', '5', '--ads', '10', '--json', ...flags)
    return JSON.parse(stdout) as unknown
  }
  expect(await asked()).toMatchObject({
    fleet: { groups: [{ accounts: 5, ads: 10 }], reports: ['core'], days: 7, history_days: 30, first: false },
    means: { concurrency: 3, latency_ms: 300, tier: 'standard' },
    workers: 1,
    in_time: true,
  })
  expect(await asked('--first')).toMatchObject({ fleet: { days: 30, history_days: 30, first: true } })
  expect(
    await asked('--reports', 'country,core', '--days', '3', '--giants', '2', '--giant-ads', '50'),
  ).toMatchObject({
    fleet: {
      groups: [
        { accounts: 3, ads: 10 },
        { accounts: 2, ads: 50 },
      ],
      reports: ['country', 'core'],
      days: 3,
    },
  })
})

it.each([
  [['--accounts', '0', '--ads', '1'], '--accounts is "0"; it must be a whole number from 1 to 100000.'],
  [['--accounts', '5', '--ads', 'x'], '--ads is "x"'],
  [
    ['--accounts', '5', '--ads', '1', '--giants', '6'],
    '--giants is "6"; it must be a whole number from 0 to 5.',
  ],
  [
    ['--accounts', '5', '--ads', '1', '--reports', 'core,dma'],
    '--reports is "core,dma"; it must be one or more of core, age_gender, country',
  ],
  [
    ['--accounts', '5', '--ads', '1', '--tier', 'full'],
    '--tier is "full"; it must be development or standard.',
  ],
  [['--accounts', '5', '--ads', '1', '--workers', '0'], '--workers is "0"'],
  [['--accounts', '5', '--ads', '1', '--active', '101'], '--active is "101"'],
  [['--accounts', '100000', '--ads', '50000', '--first'], 'calls; 50,000,000 can be simulated.'],
  [['--ads', '1'], '--accounts <n>'],
])('plan-capacity refuses %j', async (flags, message) => {
  const fbads = await commandLine()
  const { status, stderr } = await fbads.run('plan-capacity', ...flags)
  expect(stderr).toContain(message)
  expect(status).toBe(2)
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPipelineSources } from '../../src/cli/marketing-apis.ts'
import { SETTINGS_SCHEMA } from '../../src/cli/settings.ts'
import type { SourceSetting } from '../../src/cli/source-settings.ts'
import { readSources, type SourceFlags } from '../../src/cli/sources.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { sourceOf } from '../../src/pipeline/source.ts'
import { createSimulator, type Simulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestFetch, failure, json, unaborted } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { NOW } from '../support/test-sync.ts'

const VARIABLES = {
  NORTH_TOKEN: 'EAAnorth',
  SOUTH_TOKEN: 'EAAsouth',
  WEST_TOKEN: 'EAAwest',
  NORTH_APP_ID: '77',
  NORTH_APP_SECRET: 'north secret',
}
const NORTH: SourceSetting = { name: 'north', tokenEnv: 'NORTH_TOKEN', accounts: ['act_1', '2', '1'] }
const SOUTH: SourceSetting = { name: 'south', tokenEnv: 'SOUTH_TOKEN', accounts: 'all' }
const WEST: SourceSetting = { name: 'west', tokenEnv: 'WEST_TOKEN', accounts: ['9'] }

const read = (flags: SourceFlags, settings = [NORTH, SOUTH, WEST], variables = VARIABLES) =>
  readSources(variables, settings, flags).map(({ name, accounts }) => ({ name, accounts }))

describe('the sources', () => {
  it('have each its token, its app and its accounts', () => {
    const app = { appIdEnv: 'NORTH_APP_ID', appSecretEnv: 'NORTH_APP_SECRET' }
    const common = { graphUrl: 'https://graph.facebook.com', apiVersion: 'v26.0' }
    expect(readSources(VARIABLES, [{ ...NORTH, ...app }, SOUTH], {})).toEqual([
      {
        name: 'north',
        accessToken: 'EAAnorth',
        tokenEnv: 'NORTH_TOKEN',
        appId: '77',
        appSecret: 'north secret',
        accounts: ['1', '2'],
        ...common,
      },
      {
        name: 'south',
        accessToken: 'EAAsouth',
        tokenEnv: 'SOUTH_TOKEN',
        appId: null,
        appSecret: null,
        accounts: 'all',
        ...common,
      },
    ])
  })

  it('are one without the setting, which is called default', () => {
    const variables = { FACEBOOK_ACCESS_TOKEN: 'EAAtoken', FACEBOOK_AD_ACCOUNT_ID: 'act_5' }
    for (const source of [undefined, ['default']])
      expect(readSources(variables, [], source ? { source } : {})).toMatchObject([
        { name: 'default', accessToken: 'EAAtoken', accounts: ['5'] },
      ])
    expect(() => readSources(variables, [], { source: ['north'] })).toThrow(
      '--source is "north"; sources are default.',
    )
  })

  it('are those that are named, and only their tokens have to be there', () => {
    expect(readSources({ WEST_TOKEN: 'EAAwest' }, [NORTH, SOUTH, WEST], { source: ['west'] })).toMatchObject([
      { name: 'west' },
    ])
    expect(read({ source: ['south', 'north'] }).map(({ name }) => name)).toEqual(['north', 'south'])
    expect(() => read({ source: ['north', 'nort'] })).toThrow(
      '--source is "nort"; sources are north, south, west.',
    )
  })

  it('have of accounts that are named those that are theirs', () => {
    expect(read({ account: ['9', 'act_2'] })).toEqual([
      { name: 'north', accounts: ['2'] },
      { name: 'west', accounts: ['9'] },
    ])
    // Which no source names.
    expect(read({ account: ['7'] })).toEqual([{ name: 'south', accounts: ['7'] }])
    expect(read({ account: ['7'] }, [NORTH, WEST])).toEqual([{ name: 'north', accounts: ['7'] }])
    expect(read({ account: ['2', '7'], source: ['west'] })).toEqual([{ name: 'west', accounts: ['2', '7'] }])
    expect(read({ account: ['all'] })).toEqual([{ name: 'south', accounts: 'all' }])
    expect(() => read({ account: ['all'], source: ['west'] })).toThrow('--account all is for sources whose')
  })

  it('divide accounts that are named among them: none is lost, none is read twice', () => {
    const id = fc.integer({ min: 1, max: 6 }).map(String)
    const accounts = fc.oneof(fc.constant('all' as const), fc.array(id, { minLength: 1, maxLength: 4 }))
    const property = fc.property(
      fc.array(accounts, { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(id, { minLength: 1 }),
      (lists, account) => {
        const settings = lists.map((list, index) => ({ ...SOUTH, name: `s${index}`, accounts: list }))
        const all = readSources(VARIABLES, settings, {})
        const chosen = readSources(VARIABLES, settings, { account })
        const readers = chosen.flatMap(({ name, accounts }) => [...accounts].map((id) => `${id} by ${name}`))
        const expected = account.map((id) => `${id} by ${sourceOf(all, parseAccountId(id))?.name}`)
        expect(readers.sort()).toEqual(expected.sort())
      },
    )
    fc.assert(property)
  })

  it.each([
    [{ ...NORTH, tokenEnv: 'NO_TOKEN' }, /^NO_TOKEN is not set\. Put the token of the source north/],
    [{ ...NORTH, tokenEnv: 'TWO_WORDS' }, /^TWO_WORDS has characters that no token has\. (?!.*EAA two)/],
    [{ ...NORTH, appSecretEnv: 'NO_SECRET' }, /^NO_SECRET is not set\. Put the secret of the app/],
  ])('whose secrets are missing or malformed are wrong use: %j', (setting, message) => {
    expect(() => readSources({ ...VARIABLES, TWO_WORDS: 'EAA two' }, [setting], {})).toThrow(message)
  })
})

describe('the limits of an app', () => {
  it('hold back the sources that have this app, and no other', async () => {
    const { fetch, requests } = createTestFetch(({ headers }) =>
      headers.get('authorization') === 'Bearer one' ? failure(4) : json({ id: '1' }),
    )
    const source = {
      tokenEnv: 'TOKEN',
      appSecret: null,
      accounts: 'all',
      graphUrl: 'https://graph.test',
      apiVersion: 'v26.0',
    } as const
    const sources = [
      { ...source, name: 'one', accessToken: 'one', appId: '7' },
      { ...source, name: 'same', accessToken: 'same', appId: '7' },
      { ...source, name: 'other', accessToken: 'other', appId: '8' },
      { ...source, name: 'unknown', accessToken: 'unknown', appId: null },
      { ...source, name: 'unknown too', accessToken: 'unknown-too', appId: null },
    ]
    const context = { clock: createTestClock(), fetch }
    const apis = createPipelineSources(context, sources, SETTINGS_SCHEMA.parse({}), 0, () => undefined)
    const outcomes: string[] = []
    for (const { name, api, metadataApi } of apis)
      for (const each of [api, metadataApi]) {
        const asked = each.get({ accountId: null, path: 'me', params: {} }, unaborted())
        outcomes.push(
          `${name}: ${await asked.then(
            () => 'answered',
            (error) => error.kind,
          )}`,
        )
      }
    expect(outcomes).toEqual([
      ...['one: throttled', 'one: throttled', 'same: throttled', 'same: throttled'],
      ...['other: answered', 'other: answered', 'unknown: answered', 'unknown: answered'],
      ...['unknown too: answered', 'unknown too: answered'],
    ])
    expect(requests.map(({ headers }) => headers.get('authorization'))).not.toContain('Bearer same')
  })
})

describe('fbads with two sources', () => {
  const TOKENS = { NORTH_TOKEN: 'EAAnorth0token0of0tests', SOUTH_TOKEN: 'EAAsouth0token0of0tests' }

  async function setUp() {
    const clock = createTestClock(() => 0.5, NOW)
    const world = createWorld({ seed: 7, nowMs: NOW, accounts: 2, ads: 6, days: 4 })
    const [north = '', south = ''] = world.accounts.map(({ id }) => id)
    const tokens = { [TOKENS.NORTH_TOKEN]: [north], [TOKENS.SOUTH_TOKEN]: [south] }
    const simulator: Simulator = createSimulator({ world, clock, tokens })
    const environment = {
      FACEBOOK_ACCESS_TOKEN: undefined,
      FACEBOOK_AD_ACCOUNT_ID: undefined,
      FACEBOOK_APP_SECRET: undefined,
      ...TOKENS,
    }
    const fbads = await createServedCommandLine({ fetch: simulator.fetch, clock, environment })
    const sources = [
      { name: 'north', tokenEnv: 'NORTH_TOKEN', accounts: 'all' },
      { name: 'south', tokenEnv: 'SOUTH_TOKEN', accounts: [`act_${south}`] },
    ]
    await writeFile(join(fbads.folder, 'fbads.config.json'), JSON.stringify({ sources }))
    return { fbads, simulator, north, south }
  }

  it('syncs both in one run, and those that are chosen', async () => {
    const { fbads, simulator, north, south } = await setUp()
    const plan = await fbads.run('sync', '--days', '2', '--dry-run')
    expect(plan.stdout).toContain(`core of act_${south}`)
    expect(simulator.calls).toEqual([])

    const both = await fbads.run('sync', '--days', '2', '--json')
    expect(both.status).toBe(0)
    expect(JSON.parse(both.stdout)).toMatchObject({
      run_id: '1',
      status: 'succeeded',
      accounts: [`act_${north}`, `act_${south}`],
      stopped_sources: [],
      slices: { planned: 12, loaded: 12 },
    })
    for (const [flags, account] of [
      [['--source', 'south'], south],
      [['--account', south], south],
      [['--account', north], north],
    ] as const) {
      const { stdout } = await fbads.run('sync', '--days', '1', '--json', ...flags)
      expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', accounts: [`act_${account}`] })
    }
    const wrong = await fbads.run('sync', '--source', 'east')
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('--source is "east"; sources are north, south.'),
    ])
  })

  it('loads the one when the token of the other is dead, and says which and what to do', async () => {
    const { fbads, simulator, north, south } = await setUp()
    simulator.setToken('token-expired', TOKENS.SOUTH_TOKEN)
    const { status, stdout, stderr } = await fbads.run('sync', '--days', '2', '--json')
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'partial',
      accounts: [`act_${north}`],
      stopped_sources: [{ source: 'south', error: expect.stringContaining('code 190') }],
      failed_accounts: [{ account: `act_${south}` }],
      slices: { planned: 6, loaded: 6 },
    })
    expect(stderr).toMatch(
      new RegExp(`❌ source south is stopped: .*code 190.*its source names.* Not done: act_${south}\\.`),
    )
    expect(stderr).toMatch(/Sync partial: .*1 account, 1 source stopped, 1 account failed/)

    simulator.setToken('token-expired', TOKENS.NORTH_TOKEN)
    expect((await fbads.run('sync', '--days', '2')).status).toBe(5)
    expect((await fbads.run('sync', '--days', '2', '--source', 'south')).status).toBe(5)
  })

  it('examines each source under its name', async () => {
    const { fbads, simulator } = await setUp()
    simulator.setToken('token-revoked', TOKENS.SOUTH_TOKEN)
    const { status, stdout } = await fbads.run('doctor')
    expect(status).toBe(5)
    expect(stdout).toContain('✓ credentials: tokens and accounts of north, south set; ')
    expect(stdout).toMatch(/\nAPI of north\n✓ token: valid\n(.*\n)*Transformation of north\n✓ rows/)
    expect(stdout).toMatch(/\nAPI of south\n✗ token: .*subcode 467/)
    expect(stdout).toMatch(/\nLoad\n/)
    const { checks } = JSON.parse((await fbads.run('doctor', '--json', '--source', 'south')).stdout)
    const sources = checks.map(({ source }: { source?: string }) => source)
    expect(new Set(sources)).toEqual(new Set([undefined, 'south']))
  })
})

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fetch } from '../../src/extract/fetch.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { SECRET, TOKEN } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine, type ServedCommandLine } from '../support/command-line.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { NOW } from '../support/test-sync.ts'

interface Credentials {
  readonly token: string
  readonly secret: string
}

const CREDENTIALS = { token: TOKEN, secret: SECRET }

const proofOf = ({ token, secret }: Credentials) => createHmac('sha256', secret).update(token).digest('hex')

/** Every so many answers, one that repeats all that it was asked with: as an error, as HTML, as a broken connection. */
function withTalkativeErrors(fetch: Fetch, all: readonly Credentials[]): Fetch {
  let calls = 0
  return async (input, init) => {
    if (!/insights|campaigns|adsets|ads\?/.test(String(input))) return fetch(input, init)
    calls += 1
    const header = new Headers(init?.headers).get('authorization')
    const used = all.find(({ token }) => header === `Bearer ${token}`)
    if (used === undefined) throw new Error('a call without any of the tokens')
    const said = `${input} access_token=${used.token}&appsecret_proof=${proofOf(used)}&client_secret=${encodeURIComponent(used.secret)}`
    if (calls % 7 === 3)
      return Response.json(
        { error: { message: `(#3001) ${said}`, code: 3001, error_user_msg: said } },
        { status: 400 },
      )
    if (calls % 7 === 4) return new Response(`<html>${said}</html>`, { status: 502 })
    if (calls % 7 === 5) throw new TypeError(`fetch failed for ${said}`, { cause: new Error(said) })
    return fetch(input, init)
  }
}

describe('the token, the app secret and its proof', () => {
  it('are in no output and in no row of the warehouse, whatever the API repeats of them', async () => {
    const clock = createTestClock(() => 0.5, NOW)
    const world = createWorld({ seed: 7, nowMs: NOW, accounts: 2, ads: 40, days: 5 })
    const simulator = createSimulator({
      world,
      clock,
      accessToken: TOKEN,
      appId: '123',
      appSecret: SECRET,
      requireProof: true,
    })
    const accounts = world.accounts.map(({ id }) => id).join(',')
    const fbads = await createServedCommandLine({
      fetch: withTalkativeErrors(simulator.fetch, [CREDENTIALS]),
      clock,
      environment: { FACEBOOK_AD_ACCOUNT_ID: accounts, FACEBOOK_APP_ID: '123', FBADS_CHUNK_DAYS: '1' },
    })
    await expectSilence(fbads, [CREDENTIALS])
  })

  it('of each source are in none either, also when one of the tokens dies', async () => {
    const north = { token: 'EAAnorth0token0of0the0tests', secret: 'secret of the north' }
    const south = { token: 'EAAsouth0token0of0the0tests', secret: 'secret of the south' }
    const clock = createTestClock(() => 0.5, NOW)
    const world = createWorld({ seed: 7, nowMs: NOW, accounts: 3, ads: 40, days: 5 })
    const [first = '', ...others] = world.accounts.map(({ id }) => id)
    const tokens = { [north.token]: [first], [south.token]: others }
    const simulator = createSimulator({ world, clock, tokens })
    const sources = ['NORTH', 'SOUTH'].map((name) => ({
      name: name.toLowerCase(),
      tokenEnv: `${name}_TOKEN`,
      appSecretEnv: `${name}_SECRET`,
      accounts: 'all',
    }))
    const fbads = await createServedCommandLine({
      fetch: withTalkativeErrors(simulator.fetch, [north, south]),
      clock,
      environment: {
        FACEBOOK_ACCESS_TOKEN: undefined,
        FACEBOOK_APP_SECRET: undefined,
        NORTH_TOKEN: north.token,
        NORTH_SECRET: north.secret,
        SOUTH_TOKEN: south.token,
        SOUTH_SECRET: south.secret,
        FBADS_SOURCES: JSON.stringify(sources),
        FBADS_CHUNK_DAYS: '1',
      },
    })
    simulator.before({
      match: { edge: 'insights', where: ({ accessToken }) => accessToken === south.token },
      after: 30,
      act: () => simulator.setToken('token-expired', south.token),
    })
    const said = await expectSilence(fbads, [north, south])
    expect(said).toContain('source south is stopped')
  })
})

/** Runs commands that ask the API or tell of it. Returns what they have said. */
async function expectSilence(fbads: ServedCommandLine, all: readonly Credentials[]): Promise<string> {
  const said: string[] = []
  for (const args of [
    ['doctor', '--verbose'],
    ['sync', '--days', '5', '--verbose'],
    ['sync', '--days', '5', '--verbose', '--json'],
    ['status', '--json'],
    ['status'],
    ['validate'],
    ['doctor', '--json'],
  ]) {
    const { stdout, stderr } = await fbads.run(...args)
    said.push(stdout, stderr)
  }
  const rows = await dumpWarehouse(fbads.warehouse)
  expect(said.join('')).toContain('code 3001')
  expect(rows.filter((row) => row.startsWith('etl_slice') && row.includes('code 3001'))).not.toEqual([])
  const secrets = all.flatMap((one) => [one.token, one.secret, encodeURIComponent(one.secret), proofOf(one)])
  for (const secret of secrets) {
    const lines = [...said.flatMap((text) => text.split('\n')), ...rows]
    expect(lines.filter((line) => line.includes(secret))).toEqual([])
  }
  return said.join('')
}

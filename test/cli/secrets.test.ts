import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fetch } from '../../src/extract/fetch.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { SECRET, TOKEN } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { NOW } from '../support/test-sync.ts'

const PROOF = createHmac('sha256', SECRET).update(TOKEN).digest('hex')

/** Every so many answers, one that repeats all that it was asked with: as an error, as HTML, as a broken connection. */
function withTalkativeErrors(fetch: Fetch): Fetch {
  let calls = 0
  return async (input, init) => {
    if (!/insights|campaigns|adsets|ads\?/.test(String(input))) return fetch(input, init)
    calls += 1
    const said = `${input} access_token=${TOKEN}&appsecret_proof=${PROOF}&client_secret=${encodeURIComponent(SECRET)}`
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
      fetch: withTalkativeErrors(simulator.fetch),
      clock,
      environment: { FACEBOOK_AD_ACCOUNT_ID: accounts, FACEBOOK_APP_ID: '123', FBADS_CHUNK_DAYS: '1' },
    })
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
    for (const secret of [TOKEN, SECRET, encodeURIComponent(SECRET), PROOF]) {
      const lines = [...said.flatMap((text) => text.split('\n')), ...rows]
      expect(lines.filter((line) => line.includes(secret))).toEqual([])
    }
  })
})

import { describe, expect, it } from 'vitest'
import { readAdAccount, readAdAccounts } from '../../src/extract/ad-accounts.ts'
import { inspectToken } from '../../src/extract/token.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import {
  createTestApi,
  createTestFetch,
  failure,
  type Handler,
  json,
  page,
  SECRET,
  TOKEN,
  unaborted,
} from './support/test-api.ts'
import { createTestClock } from './support/test-clock.ts'

function inspect(handler: Handler, app: { appId: string; appSecret: string } | null) {
  const { fetch, requests } = createTestFetch(handler)
  const options = {
    fetch,
    clock: createTestClock(),
    graphUrl: 'https://graph.test',
    apiVersion: 'v26.0',
    accessToken: TOKEN,
    maxConcurrent: 1,
    onEvent: () => {},
    ...(app && { appSecret: app.appSecret }),
  }
  return { requests, result: inspectToken(options, app?.appId ?? null, unaborted()) }
}

const APP = { appId: '42', appSecret: SECRET }

describe('inspectToken', () => {
  it('asks as the app when its secret is known', async () => {
    const data = { is_valid: true, expires_at: 1_800_000_000, scopes: ['ads_read', 'business_management'] }
    const { result, requests } = inspect(() => json({ data }), APP)
    expect(await result).toEqual({
      valid: true,
      expiresAtMs: 1_800_000_000_000,
      scopes: ['ads_read', 'business_management'],
      error: null,
    })
    expect(requests).toMatchObject([{ path: 'debug_token' }])
    expect(requests[0]?.params.get('input_token')).toBe(TOKEN)
    expect(requests[0]?.headers.get('authorization')).toBe(`Bearer 42|${SECRET}`)
  })

  it('knows a token that never expires', async () => {
    const { result } = inspect(() => json({ data: { is_valid: true, expires_at: 0, scopes: [] } }), APP)
    expect(await result).toMatchObject({ valid: true, expiresAtMs: null })
  })

  it('says why a token is not valid, and what to do', async () => {
    const error = {
      code: 190,
      subcode: 460,
      message: 'The session is invalid because the user changed the password.',
    }
    const { result } = inspect(
      () => json({ data: { is_valid: false, expires_at: 0, scopes: [], error } }),
      APP,
    )
    expect(await result).toMatchObject({
      valid: false,
      error: { kind: 'auth', subcode: 460, message: expect.stringContaining('make a new token') },
    })
  })

  it('takes for a scope or a date only what is one', async () => {
    const strange = { toString: 1 }
    const data = { is_valid: true, expires_at: strange, scopes: ['ads_read', strange, 7] }
    expect(await inspect(() => json({ data }), APP).result).toMatchObject({
      expiresAtMs: null,
      scopes: ['ads_read'],
    })
    const granted = [{ permission: strange, status: 'granted' }]
    expect(await inspect(() => json({ data: granted }), null).result).toMatchObject({ scopes: [] })
  })

  it('shows neither token nor secret when the API refuses the app', async () => {
    const message = `Invalid token ${TOKEN} for 42|${SECRET}, ${SECRET}`
    const { result } = inspect(() => failure(101, undefined, { message }), APP)
    const error = await result.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'auth', code: 101 })
    expect(String(error)).not.toContain(TOKEN)
    expect(String(error)).not.toContain(SECRET)
  })

  it('asks as itself without an app’s secret', async () => {
    const { result, requests } = inspect(({ path }) => {
      const data = [
        { permission: 'ads_read', status: 'granted' },
        { permission: 'email', status: 'declined' },
      ]
      return json(path === 'me' ? { id: '7' } : { data })
    }, null)
    expect(await result).toEqual({ valid: true, expiresAtMs: null, scopes: ['ads_read'], error: null })
    expect(requests.map(({ path }) => path)).toEqual(['me', 'me/permissions'])
  })

  it('takes a refused token for an answer, and a broken network for an error', async () => {
    expect(await inspect(() => failure(190, 463), null).result).toMatchObject({
      valid: false,
      error: { subcode: 463 },
    })
    await expect(inspect(() => json('', {}, 502), null).result).rejects.toMatchObject({ kind: 'transient' })
  })
})

describe('ad accounts', () => {
  const fields = 'id,account_id,name,currency,timezone_name,account_status,disable_reason,created_time'

  it('are read through all pages, none twice', async () => {
    const { api, requests } = createTestApi((_, index) =>
      page([{ id: 'act_1' }, { id: `act_${index + 2}` }], index === 0 ? 'A' : null),
    )
    const accounts = await readAdAccounts(api, unaborted())
    expect(accounts.map(({ id }) => id)).toEqual(['act_1', 'act_2', 'act_3'])
    expect(requests[0]).toMatchObject({ path: 'me/adaccounts' })
    expect(requests[0]?.params.get('fields')).toBe(fields)
  })

  it('are read one by one', async () => {
    const { api, requests } = createTestApi(() => json({ id: 'act_23853619670350398', account_status: 1 }))
    const account = await readAdAccount(api, parseAccountId('act_23853619670350398'), unaborted())
    expect(account).toEqual({ id: 'act_23853619670350398', account_status: 1 })
    expect(requests[0]?.path).toBe('act_23853619670350398')
    expect(requests[0]?.params.get('fields')).toBe(fields)
  })
})

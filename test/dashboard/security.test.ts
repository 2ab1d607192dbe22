import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PANELS } from '../../src/dashboard/panels/panels.ts'
import type { SyncControl } from '../../src/dashboard/sync-control.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'
import { HOST, openDashboard } from './support.ts'

const TOKEN = 'a-long-and-random-text'

const HOSTILE = [
  "'; DROP TABLE fact_core_metrics; --",
  '1) OR 1=1 --',
  '1; DELETE FROM etl_run',
  "campaign' UNION SELECT rolpassword FROM pg_authid --",
  '$' + '{1}',
  '$1',
  '\\',
  '%',
  '__proto__',
  'constructor',
  '<script>alert(1)</script>',
  '9'.repeat(400),
  '-9223372036854775809',
  '2026-02-30',
  '9999-99-99',
  '0000-01-01',
  '275760-09-13',
  'Infinity',
  '1e308',
  '\0',
  '\ud800',
]

const KEYS = [
  'acc',
  'range',
  'since',
  'until',
  'cmp',
  'wd',
  'c',
  'st',
  'cur',
  'level',
  'id',
  'sort',
  'cols',
  'offset',
  'q',
  'as',
  'all',
  'find',
  'chosen',
  'report',
  'date',
]

const sync: SyncControl = {
  state: { isRunning: false, startedAt: null, progress: null, lastEnd: null, nextAt: null },
  start: () => true,
  subscribe: () => () => undefined,
}

describeOnEachWarehouse('the dashboard keeps out what does not belong to it', (open) => {
  it('whatever stands in any parameter of any panel: it is answered or refused, and nothing is changed', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 5, nowMs: NOW, ads: 6, days: 5, accounts: 1 })
    await createTestSync(warehouse, { world }).run({ days: 5 })
    const before = await dumpWarehouse(warehouse)
    const { ask, errors } = openDashboard(warehouse)
    for (const panel of Object.keys(PANELS))
      for (const hostile of HOSTILE)
        for (const keys of [KEYS, ['q', 'find'], ['id'], ['c', 'acc'], ['date', 'report']]) {
          const params = new URLSearchParams(keys.map((key): [string, string] => [key, hostile]))
          const { status } = await ask(`/api/panel/${panel}?${params}`)
          expect([200, 400], `${panel}?${params}`).toContain(status)
        }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(PANELS)),
        fc.dictionary(
          fc.constantFrom(...KEYS),
          fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }), fc.integer().map(String)),
        ),
        async (panel, params) => {
          const response = await ask(`/api/panel/${panel}?${new URLSearchParams(params)}`)
          expect([200, 400]).toContain(response.status)
          await response.json()
        },
      ),
      propertyOptions(12),
    )
    expect(errors).toEqual([])
    expect(await dumpWarehouse(warehouse)).toEqual(before)
  })

  it('a Host that is not this machine, as of a name that was pointed here', async () => {
    const { ask } = openDashboard(await open())
    for (const host of [
      'evil.example',
      'evil.example:8321',
      '127.0.0.1.evil.example',
      '192.168.1.7:8321',
      '',
    ]) {
      expect((await ask('/api/setting', { headers: { host } })).status, host).toBe(421)
      expect((await ask('/', { headers: { host } })).status, host).toBe(421)
    }
    for (const host of ['127.0.0.1:8321', 'localhost:9', '[::1]:8321', 'localhost'])
      expect((await ask('/api/setting', { headers: { host } })).status, host).toBe(200)
  })

  it('what a page of another site asks for', async () => {
    const { ask } = openDashboard(await open(), { sync })
    const refused: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:9999' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of refused) {
      expect((await ask('/api/setting', { headers })).status, JSON.stringify(headers)).toBe(403)
      expect((await ask('/api/sync', { method: 'POST', headers })).status, JSON.stringify(headers)).toBe(403)
    }
    expect((await ask('/api/sync', { method: 'POST' })).status).toBe(403)
    const own = { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }
    expect((await ask('/api/sync', { method: 'POST', headers: own })).status).toBe(202)
  })

  it('who has no token, when there is one', async () => {
    const { ask } = openDashboard(await open(), { token: TOKEN })
    expect((await ask('/')).status).toBe(401)
    expect((await ask('/api/setting')).status).toBe(401)
    expect((await ask('/?token=wrong')).status).toBe(401)
    const page = await ask('/?token=<b>', { headers: { accept: 'text/html' } })
    expect(await page.text()).toMatch(/That is not the token.*<input name="token"/s)
    expect((await ask('/api/setting', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    expect((await ask('/api/setting', { headers: { cookie: 'fbads_dashboard=0' } })).status).toBe(401)
    expect((await ask('/api/setting', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200)
    const entered = await ask(`/campaigns?token=${TOKEN}&range=last_7d`)
    expect(entered.status).toBe(302)
    expect(entered.headers.get('location')).toBe('/campaigns?range=last_7d')
    const cookie = entered.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    expect(cookie).not.toContain(TOKEN)
    expect((await ask('/api/setting', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200)
    expect((await ask(`//evil.example/?token=${TOKEN}`)).headers.get('location')).not.toMatch(/^\/\//)
  })

  it('paths that lead out of its pages', async () => {
    const { app } = openDashboard(await open())
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/assets/../../.env',
      '/.env',
      '//etc/passwd.txt',
    ]) {
      const response = await app.request(new Request(`http://${HOST}${path}`, { headers: { host: HOST } }))
      expect(response.status, path).toBe(404)
      expect(await response.text()).not.toMatch(/fbads"|FACEBOOK/)
    }
  })

  it('with a policy that lets nothing in from elsewhere, on pages and data alike', async () => {
    const { ask } = openDashboard(await open())
    for (const path of ['/', '/api/setting', '/api/nothing']) {
      const { headers } = await ask(path)
      expect(headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      )
      expect(headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
    expect((await ask('/api/setting')).headers.get('cache-control')).toBe('no-store')
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { TOKEN } from '../extract/support/test-api.ts'
import { startProcess } from '../support/start-process.ts'

const DASHBOARD_TOKEN = 'a-long-random-token'

it('fbads serve answers probes, and tells what its own sync has done to who has the token', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-ops-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const world = ['--accounts', '1', '--ads', '4', '--days', '5']
  const api = startProcess(folder, {}, 'simulate', '--port', '0', ...world)
  const environment = {
    FACEBOOK_GRAPH_URL: await api.firstLine,
    FACEBOOK_ACCESS_TOKEN: TOKEN,
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    FBADS_FIRST_PULL_DAYS: '3',
    FBADS_DASHBOARD_TOKEN: DASHBOARD_TOKEN,
  }
  const url = await startProcess(folder, environment, 'serve', '--port', '0').firstLine
  const headers = { authorization: `Bearer ${DASHBOARD_TOKEN}`, origin: url }
  const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, init)

  expect((await ask('/healthz')).status).toBe(200)
  const early = await ask('/readyz')
  expect([early.status, await early.text()]).toEqual([503, expect.stringContaining('run fbads migrate')])
  expect((await ask('/metrics')).status).toBe(401)
  expect(await (await ask('/metrics', { headers })).text()).toContain('\nfbads_warehouse_up 0\n')

  expect((await ask('/api/sync', { method: 'POST', headers })).status).toBe(202)
  await expect
    .poll(async () => (await ask('/readyz')).status, { timeout: 120_000, interval: 1_000 })
    .toBe(200)
  const loaded = async () => (await ask('/metrics', { headers })).text()
  await expect
    .poll(loaded, { timeout: 120_000, interval: 1_000 })
    .toContain('\nfbads_slices_total{state="loaded"} 9\n')
}, 300_000)

import type { Answer } from '../../src/dashboard/answers.ts'
import { createDashboard, type DashboardOptions } from '../../src/dashboard/app.ts'
import type { Assets } from '../../src/dashboard/assets.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { NOW } from '../support/test-sync.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const PAGES: Assets = new Map([
  [
    '/index.html',
    {
      type: 'text/html',
      body: bytes('<!doctype html><title>fbads</title>'),
      gzip: bytes(''),
      isImmutable: false,
    },
  ],
])

export const HOST = '127.0.0.1:8321'

/** Asks a dashboard as a browser on this machine would. Errors of the program itself are kept in `errors`. */
export function openDashboard(
  warehouse: Warehouse | (() => Promise<Warehouse>),
  options: Partial<DashboardOptions> = {},
) {
  const errors: unknown[] = []
  const app = createDashboard({
    warehouse: typeof warehouse === 'function' ? warehouse : async () => warehouse,
    assets: PAGES,
    clock: createTestClock(() => 0.5, NOW),
    version: '1.2.3',
    token: null,
    sync: null,
    onError: (_, error) => errors.push(error),
    ...options,
  })
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', HOST)
    return app.request(`http://${HOST}${path}`, { ...init, headers })
  }
  return {
    app,
    errors,
    ask,
    /** The data of a panel. Throws when it is refused. */
    async read<Data>(path: string): Promise<Answer<Data>> {
      const response = await ask(path)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return JSON.parse(await response.text())
    },
  }
}

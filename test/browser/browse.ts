import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import { readOnlyQuery } from '../../src/load/read-only.ts'
import type { Row, Warehouse } from '../../src/load/session.ts'
import { TOKEN } from '../extract/support/test-api.ts'
import { spawnFbads } from '../support/start-process.ts'
import { newSchema } from '../support/warehouses.ts'

/** A dashboard in a real browser, and the database behind it. */
export interface Browsed {
  readonly url: string
  readonly warehouse: Warehouse
  /** Reads with SQL what a page must show. */
  rows(sql: string): Promise<Row[]>
  /** A page in a context of its own, which fails its test on anything that the console complains of. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>
  /** What the consoles of all pages have complained of since the last call. */
  complaints(): string[]
  close(): Promise<void>
}

export const PAGES = ['/', '/campaigns', '/audience', '/conversions', '/health', '/words'] as const

async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

/** Loads a simulated world into a schema of its own on the server of these tests, and serves it. */
export async function browse(
  world: readonly string[],
  databaseUrl = inject('databaseUrl'),
): Promise<Browsed> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-browser-'))
  const schema = newSchema()
  const api = spawnFbads(folder, {}, 'simulate', '--port', '0', ...world)
  const environment = {
    FACEBOOK_GRAPH_URL: await api.firstLine,
    FACEBOOK_ACCESS_TOKEN: TOKEN,
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    FBADS_FIRST_PULL_DAYS: '70',
    FBADS_SCHEMA: schema,
  }
  const sync = spawnFbads(folder, { ...environment, DATABASE_URL: inject('databaseUrl') }, 'sync')
  if ((await sync.exit) !== 0) throw new Error(sync.said())
  const server = spawnFbads(folder, { ...environment, DATABASE_URL: databaseUrl }, 'serve', '--port', '0')
  const warehouse = await openPostgres({
    connectionString: inject('databaseUrl'),
    schema,
    maxConnections: 2,
    applicationName: schema,
  })
  const url = await server.firstLine
  const browser = await launch()
  let said: string[] = []
  return {
    url,
    warehouse,
    rows: async (sql) => (await readOnlyQuery(warehouse, sql)).rows,
    async open(path, options = {}) {
      const context = await browser.newContext({
        locale: 'en-GB',
        viewport: { width: 1360, height: 900 },
        ...options,
      })
      const page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() !== 'info' && message.type() !== 'log') said.push(message.text())
      })
      page.on('pageerror', (error) => said.push(error.message))
      await page.goto(url + path)
      return page
    },
    complaints() {
      const all = said
      said = []
      return all
    },
    async close() {
      await browser.close()
      server.process.kill('SIGTERM')
      api.process.kill('SIGTERM')
      await warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`))
      await warehouse.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The figure of a text that a page shows: “€1,234.50” is 1234.5, “0.88%” is 0.0088, “–” is null. */
export function toNumber(text: string | null): number | null {
  const digits = (text ?? '').replace(/[^\d.\-–%]/g, '')
  if (digits === '' || digits === '–') return null
  return digits.endsWith('%') ? Number(digits.slice(0, -1)) / 100 : Number(digits)
}

export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0)
}

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Browsed, browse, settled } from './browse.ts'

const sockets = new Set<Socket>()
let isCut = false

/** Stands between the dashboard and the database, and can be cut. */
const proxy = createServer((client) => {
  if (isCut) return void client.destroy()
  const { hostname, port } = new URL(inject('databaseUrl'))
  const server = connect(Number(port), hostname)
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    sockets.add(from)
    from.on('error', () => undefined)
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
})

let browsed: Browsed

beforeAll(async () => {
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  const url = new URL(inject('databaseUrl'))
  if (typeof address === 'object' && address) url.host = `127.0.0.1:${address.port}`
  browsed = await browse(['--accounts', '1', '--ads', '10', '--days', '40'], url.href)
})
afterAll(async () => {
  await browsed.close()
  proxy.close()
})

it('a database that goes away leaves the last figures on the page, says so, and is found again', async () => {
  const page = await browsed.open('/')
  await settled(page)
  const spent = await page.locator('.card-value').first().textContent()
  isCut = true
  for (const socket of sockets) socket.destroy()
  await page.getByLabel('Dates').selectOption('last_7d')
  await page.getByRole('alert').first().waitFor()
  expect(await page.getByRole('alert').first().textContent()).toMatch(
    /cannot be reached|was lost|Trying again/,
  )
  expect(await page.locator('.card-value').first().textContent()).toBe(spent)
  isCut = false
  await expect.poll(() => page.getByRole('alert').count(), { timeout: 60_000 }).toBe(0)
  expect(await page.locator('.card-value').first().textContent()).not.toBe(spent)
})

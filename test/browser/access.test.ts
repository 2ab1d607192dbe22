import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Browsed, browse, PAGES, settled } from './browse.ts'

let browsed: Browsed

beforeAll(async () => {
  browsed = await browse(['--accounts', '2', '--ads', '40', '--days', '40', '--seed', '9'])
})
afterAll(() => browsed.close())
afterEach(() => expect(browsed.complaints()).toEqual([]))

/** What WCAG 2.2 AA and the good habits that axe knows find wrong. */
async function violations(page: Page) {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .slice(0, 3)
        .join(' | ')}`,
  )
}

it.each(PAGES.flatMap((path) => [[path, 'light'] as const, [path, 'dark'] as const]))(
  'axe finds nothing wrong on %s, %s',
  async (path, colorScheme) => {
    const page = await browsed.open(path, { colorScheme })
    await settled(page)
    expect(await violations(page)).toEqual([])
  },
)

it('axe finds nothing wrong with what opens: menus, tables, statements, drawers', async () => {
  const page = await browsed.open('/campaigns?range=all')
  await settled(page)
  await page.getByText(/^Columns/).click()
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.locator('tbody .link').first().click()
  await page.getByRole('dialog').getByText('Changes').first().waitFor()
  await settled(page)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'SQL' }).first().click()
  expect(await violations(page)).toEqual([])
  const overview = await browsed.open('/?range=all')
  await settled(overview)
  await overview.getByRole('button', { name: 'Table' }).first().click()
  expect(await violations(overview)).toEqual([])
  const health = await browsed.open('/health')
  await settled(health)
  await health.locator('[data-state]').last().click()
  await health.getByRole('dialog').getByRole('table').waitFor()
  expect(await violations(health)).toEqual([])
})

it('the main path needs no mouse', async () => {
  const page = await browsed.open('/')
  await settled(page)
  const focused = () => page.evaluate('document.activeElement.textContent || document.activeElement.id')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('To the content')
  await page.keyboard.press('d')
  expect(await page.evaluate('document.activeElement.id')).toBe('filter-range')
  await page.keyboard.press('ArrowDown')
  await settled(page)
  expect(new URL(page.url()).searchParams.get('range')).toBe('last_90d')
  await page.locator('#main').focus()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await settled(page)
  expect(new URL(page.url()).pathname).toBe('/campaigns')
  expect(new URL(page.url()).searchParams.get('range')).toBe('last_90d')
  const name = await page.locator('tbody .link').first().textContent()
  for (let presses = 0; (await focused()) !== name; presses += 1) {
    if (presses > 60) throw new Error('The first campaign is not reached by Tab.')
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  expect(await focused()).toBe(name)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
})

it('the theme is the reader’s: of the system at first, then as it was chosen', async () => {
  const page = await browsed.open('/words', { colorScheme: 'dark' })
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  expect(await ground()).toBe('rgb(11, 13, 16)')
  await page.getByRole('button', { name: 'Use the light theme' }).click()
  expect(await ground()).toBe('rgb(245, 246, 248)')
  await page.reload()
  expect(await ground()).toBe('rgb(245, 246, 248)')
})

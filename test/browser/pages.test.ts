import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browsed, browse, PAGES, settled, toNumber } from './browse.ts'

let browsed: Browsed

beforeAll(async () => {
  browsed = await browse(['--accounts', '3', '--ads', '60', '--days', '70', '--seed', '4'])
})
afterAll(() => browsed.close())
afterEach(() => expect(browsed.complaints()).toEqual([]))

/** The facts of the first account, of its last 28 days before today. */
async function account() {
  const [first] = await browsed.rows(
    `SELECT account_id AS id, currency, to_char((now() AT TIME ZONE timezone_name)::date - 28, 'YYYYMMDD')::int AS since,
            to_char((now() AT TIME ZONE timezone_name)::date - 1, 'YYYYMMDD')::int AS until
     FROM dim_account WHERE currency <> 'JPY' ORDER BY account_id LIMIT 1`,
  )
  if (!first) throw new Error('No account is loaded.')
  const where = `account_id = ${first.id} AND date_id BETWEEN ${first.since} AND ${first.until}`
  const day = (dateId: unknown) => String(dateId).replace(/(....)(..)(..)/, '$1-$2-$3')
  return {
    id: String(first.id),
    where,
    currency: String(first.currency),
    days: `${day(first.since)}-to-${day(first.until)}`,
  }
}

const figure = async (sql: string) => {
  const [row] = await browsed.rows(sql)
  const value = row?.value
  return value === null || value === undefined ? null : Number(value)
}

/** What is shown has two decimals, or two of a percent. */
async function expectShown(
  page: Page,
  selector: string,
  attribute: 'title' | null,
  expected: number | null,
  what: string,
) {
  const element = page.locator(selector).first()
  const shown = toNumber(attribute ? await element.getAttribute(attribute) : await element.textContent())
  if (expected === null) return expect(shown, what).toBeNull()
  expect(
    Math.abs((shown ?? Number.NaN) - expected),
    `${what}: shown ${shown}, in the warehouse ${expected}`,
  ).toBeLessThanOrEqual(0.00501)
}

const MEASURES = {
  spend: 'sum(spend)',
  impressions: 'sum(impressions)',
  link_clicks: 'sum(inline_link_clicks)',
  ctr: 'sum(inline_link_clicks)::numeric / nullif(sum(impressions), 0)',
  cpc: 'sum(spend) / nullif(sum(inline_link_clicks), 0)',
  cpm: '1000 * sum(spend) / nullif(sum(impressions), 0)',
  purchases: 'sum(purchases)',
  cost_per_purchase: 'sum(spend) / nullif(sum(purchases), 0)',
  roas: 'sum(purchase_value) / nullif(sum(spend), 0)',
} as const

describe('the overview', () => {
  it('shows the figures of the warehouse, and the same by day in its table', async () => {
    const { id, where } = await account()
    const page = await browsed.open(`/?acc=${id}`)
    await settled(page)
    for (const [name, sql] of Object.entries(MEASURES))
      await expectShown(
        page,
        `.card-value[data-measure=${name}]`,
        'title',
        await figure(`SELECT ${sql} AS value FROM fact_core_metrics WHERE ${where}`),
        name,
      )
    await page.getByRole('button', { name: 'Table' }).first().click()
    const table = page.getByRole('region', { name: 'Amount spent and purchases by day, as a table' })
    const shown = (await table.locator('tbody tr td:nth-child(2)').allTextContents()).map(toNumber)
    const days = await browsed.rows(
      `SELECT sum(spend) AS spend FROM fact_core_metrics WHERE ${where} GROUP BY date_id ORDER BY date_id`,
    )
    expect(shown).toEqual(days.map(({ spend }) => Number(spend)))
  })

  it('keeps its whole state in the address: a link opened elsewhere shows the same', async () => {
    const { id } = await account()
    const page = await browsed.open('/')
    await settled(page)
    await page.getByText('Account all 3').click()
    await page.locator('.choices label', { hasText: id }).click()
    await page.keyboard.press('Escape')
    await page.getByLabel('Dates').selectOption('last_7d')
    await page.getByLabel('Compare with').selectOption('none')
    await page.getByRole('button', { name: /^Link clicks/ }).click()
    await settled(page)
    const address = new URL(page.url())
    expect(Object.fromEntries(address.searchParams)).toEqual({
      acc: id,
      range: 'last_7d',
      cmp: 'none',
      m: 'link_clicks',
    })
    const other = await browsed.open(address.pathname + address.search)
    await settled(other)
    const cards = (of: Page) => of.locator('.card').allTextContents()
    expect(await cards(other)).toEqual(await cards(page))
    expect(await other.getByRole('heading', { name: 'Link clicks and purchases by day' }).count()).toBe(1)
  })

  it('reads a day with the arrow keys, and shows the statement behind a chart', async () => {
    const { id, where } = await account()
    const page = await browsed.open(`/?acc=${id}`)
    await settled(page)
    await page.getByRole('group', { name: /Arrow keys read day by day/ }).focus()
    await page.keyboard.press('Home')
    const first = await figure(
      `SELECT sum(spend) AS value FROM fact_core_metrics WHERE ${where} GROUP BY date_id ORDER BY date_id LIMIT 1`,
    )
    const tip = await page.locator('.tooltip').textContent()
    expect(tip).toContain('Amount spent: ')
    expect(toNumber(/Amount spent: ([^A-Z]+)/.exec(tip ?? '')?.[1] ?? null)).toBe(first)
    await page.getByRole('button', { name: 'SQL' }).first().click()
    const statement = await page.getByRole('dialog').locator('pre').textContent()
    const pasted = await browsed.rows((statement ?? '').split(';\n\n')[0] ?? '')
    expect(pasted).toHaveLength(29)
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })
})

describe('a chart by day', () => {
  it('zooms into what is drawn over it, also with the pointer still there, and dates can be typed', async () => {
    const { id } = await account()
    const page = await browsed.open(`/?acc=${id}`)
    await settled(page)
    const box = await page.getByRole('group', { name: /Arrow keys read day by day/ }).boundingBox()
    if (!box) throw new Error('There is no chart.')
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.5, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => new URL(page.url()).searchParams.has('since')).toBe(true)
    await settled(page)
    const range = new URL(page.url()).searchParams
    expect(await page.getByLabel('First day').inputValue()).toBe(range.get('since'))
    expect(await page.locator('.card-value').first().textContent()).toMatch(/\d/)
    const [year, month, day] = (range.get('until') ?? '').split('-')
    await page.getByLabel('First day').focus()
    // Chromium without a language of its own has the American order.
    await page.keyboard.type(`${month}${day}${year}`)
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).searchParams.get('since')).toBe(range.get('until'))
    await settled(page)
    expect(await page.locator('.card-value').first().textContent()).toMatch(/\d/)
  })

  it('takes the other day along when one is typed beyond it', async () => {
    const page = await browsed.open('/?since=2026-10-05&until=2026-10-11')
    await settled(page)
    const type = async (label: string, digits: string) => {
      await page.getByLabel(label).focus()
      await page.keyboard.type(digits)
      await page.keyboard.press('Enter')
      await settled(page)
    }
    await type('First day', '11102026')
    await expect.poll(() => new URL(page.url()).search).toBe('?since=2026-11-10&until=2026-11-16')
    await type('Last day', '11202026')
    await expect.poll(() => new URL(page.url()).search).toBe('?since=2026-11-10&until=2026-11-20')
  })
})

describe('campaigns', () => {
  it('has a footer that equals SQL at each level and for a search, and is sorted by the server', async () => {
    const { id, where } = await account()
    for (const level of ['campaign', 'adset', 'ad']) {
      const page = await browsed.open(
        `/campaigns?acc=${id}&level=${level}&cols=${Object.keys(MEASURES).join(',')}`,
      )
      await settled(page)
      for (const [name, sql] of Object.entries(MEASURES))
        await expectShown(
          page,
          `tfoot [data-measure=${name}]`,
          null,
          await figure(`SELECT ${sql} AS value FROM fact_core_metrics WHERE ${where}`),
          `${level} ${name}`,
        )
      const count = await figure(
        `SELECT count(DISTINCT ${level}_id) AS value FROM fact_core_metrics WHERE ${where}`,
      )
      expect(await page.locator('tfoot th').textContent()).toContain(`Total of ${count} `)
      await page.getByRole('button', { name: 'ROAS' }).click()
      await settled(page)
      const roas = (await page.locator('tbody [data-measure=roas]').allTextContents())
        .map(toNumber)
        .filter((value) => value !== null)
      expect(roas).toEqual([...roas].sort((a, b) => b - a))
    }
    const page = await browsed.open(`/campaigns?acc=${id}`)
    await settled(page)
    const name = (await page.locator('tbody .link').first().textContent()) ?? ''
    const word = name.split(' ').at(-1) ?? ''
    await page.getByRole('searchbox', { name: 'Search campaigns' }).fill(word)
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(word)
    await settled(page)
    const found = await figure(
      `SELECT sum(f.spend) AS value FROM fact_core_metrics f JOIN dim_campaign c ON c.campaign_id = f.campaign_id
       WHERE f.${where.replace('AND date_id', 'AND f.date_id')} AND strpos(lower(c.name), lower('${word.replaceAll("'", "''")}')) > 0`,
    )
    await expectShown(page, 'tfoot [data-measure=spend]', null, found, 'what was searched for')
  })

  it('gives all rows as CSV, not only those that are in the page', async () => {
    const { id, where, currency, days } = await account()
    const page = await browsed.open(`/campaigns?acc=${id}&level=ad`)
    await settled(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ])
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
    expect(file.suggestedFilename()).toBe(`ads-${days}-${currency.toLowerCase()}.csv`)
    expect(lines[0]?.replace('\ufeff', '')).toMatch(
      new RegExp(`^Id,Name,Status,Budget,Budget is,Campaign,Amount spent \\(${currency}\\),Purchases,`),
    )
    expect(lines.length - 1).toBe(
      await figure(`SELECT count(DISTINCT ad_id) AS value FROM fact_core_metrics WHERE ${where}`),
    )
    expect(lines.slice(1).every((line) => /^\d{10,},/.test(line))).toBe(true)
  })

  it('says what in its address makes no sense, and shows the rest', async () => {
    const page = await browsed.open('/campaigns?level=foo&cols=spend,bar&sort=baz&open=ad:qux')
    await settled(page)
    for (const text of ['no level “foo”', 'Not all of “spend,bar”', 'sorted by “baz”', '“ad:qux” is not'])
      await page.getByText(text).waitFor()
    expect(await page.locator('tbody tr[data-id]').count()).toBeGreaterThan(0)
    while ((await page.getByRole('button', { name: 'Remove' }).count()) > 0)
      await page.getByRole('button', { name: 'Remove' }).first().click()
    expect(new URL(page.url()).search).toBe('')
  })

  it('goes down a level, opens one object with its history, and gives the focus back', async () => {
    const { id } = await account()
    const page = await browsed.open(`/campaigns?acc=${id}`)
    await settled(page)
    const campaign = await page.locator('tbody tr').first().getAttribute('data-id')
    await browsed.warehouse.use((session) =>
      session.query(
        `INSERT INTO dim_campaign_history
         SELECT account_id, campaign_id, name, CASE status WHEN 'PAUSED' THEN 'ACTIVE' ELSE 'PAUSED' END, effective_status, objective, buying_type, bid_strategy,
                10, lifetime_budget, start_time, stop_time, created_time, updated_time, updated_at,
                valid_from - interval '5 days', valid_from
         FROM dim_campaign_history WHERE campaign_id = ${campaign} AND valid_to IS NULL`,
      ),
    )
    await page.locator('tbody .link').first().click()
    const drawer = page.getByRole('dialog')
    // Whatever it is by now.
    await drawer
      .getByText(/set active|paused|status PAUSED → /)
      .first()
      .waitFor()
    expect(await drawer.locator('.changes').textContent()).toMatch(/daily budget .*10\.00 → /)
    expect(page.url()).toContain(`open=campaign%3A${campaign}`)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page
      .getByRole('button', { name: /^Ad sets of/ })
      .first()
      .click()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('c')).toBe(campaign)
    const adsets = await page.locator('tbody tr[data-id]').count()
    expect(adsets).toBeGreaterThan(0)
  })
})

describe('audience, conversions and health', () => {
  it('shows ages, genders and countries as they are in the warehouse', async () => {
    const { id, where } = await account()
    const page = await browsed.open(`/audience?acc=${id}&m=impressions`)
    await settled(page)
    const countries = await browsed.rows(
      `SELECT c.country_code AS code, sum(f.impressions) AS n FROM fact_country_metrics f JOIN dim_country c ON c.country_id = f.country_id WHERE ${where} GROUP BY 1`,
    )
    for (const { code, n } of countries)
      expect(
        toNumber(await page.locator(`tr[data-key="${code}"] [data-column=impressions]`).textContent()),
      ).toBe(Number(n))
    await page.getByLabel('Measure').selectOption('ctr')
    await settled(page)
    const women = await figure(
      `SELECT sum(f.inline_link_clicks)::numeric / sum(f.impressions) AS value FROM fact_age_gender_metrics f
       JOIN dim_gender g ON g.gender_id = f.gender_id JOIN dim_age_group a ON a.age_group_id = f.age_group_id
       WHERE ${where} AND g.gender = 'female' AND a.age_group = '25-34'`,
    )
    const cell = toNumber(await page.locator('tr[data-key="25-34"] td').first().textContent())
    expect(Math.abs((cell ?? 0) - (women ?? 0))).toBeLessThan(0.00006)
  })

  it('shows the funnel, and each action type under one name until aliases are asked for', async () => {
    const { id, where } = await account()
    const page = await browsed.open(`/conversions?acc=${id}`)
    await settled(page)
    for (const [label, column] of [
      ['Impressions', 'impressions'],
      ['Landing page views', 'landing_page_views'],
      ['Purchases', 'purchases'],
    ] as const) {
      const shown = toNumber(
        await page.locator(`.funnel tr[data-key="${label}"] td.number`).first().textContent(),
      )
      expect(shown, label).toBe(
        await figure(`SELECT sum(${column}) AS value FROM fact_core_metrics WHERE ${where}`),
      )
    }
    const names = () => page.locator('tr[data-key^="omni_"], tr[data-key^="offsite_"]').count()
    const before = await names()
    await page.getByLabel('also aliases').check()
    expect(await names()).toBeGreaterThan(before)
    const shown = toNumber(await page.locator('tr[data-key=omni_purchase] td').nth(2).textContent())
    expect(shown).toBe(
      await figure(
        `SELECT sum(action_count) AS value FROM fact_action_metrics f JOIN dim_action_type a ON a.action_type_id = f.action_type_id WHERE ${where} AND a.action_type = 'omni_purchase'`,
      ),
    )
  })

  it('shows each slice as the ledger has it, walks them by arrow keys, and tells when something is wrong', async () => {
    // The world is that of today, and its spend may jump by chance.
    await browsed.warehouse.use((session) => session.query("UPDATE etl_check SET status = 'pass'"))
    const page = await browsed.open('/health')
    await settled(page)
    await page.getByText('Everything is as it should be').waitFor()
    await browsed.warehouse.use((session) =>
      session.query(
        `UPDATE etl_slice SET status = 'failed', error = 'code 1: reduce the amount of data' WHERE report = 'country' AND date = current_date - 4`,
      ),
    )
    await page.reload()
    await page.getByText('country: 1 day failed').waitFor()
    const failed = page.locator('[data-state=failed]')
    expect(await failed.count()).toBe(1)
    await failed.click()
    await page.getByRole('dialog').getByText('code 1: reduce the amount of data').first().waitFor()
    await page.keyboard.press('Escape')
    await failed.focus()
    await page.keyboard.press('ArrowUp')
    expect(await page.evaluate('document.activeElement.ariaLabel')).toMatch(/^country, .*loaded/)
    await browsed.warehouse.use((session) =>
      session.query(
        `UPDATE etl_slice SET status = 'loaded', error = NULL WHERE report = 'country' AND date = current_date - 4`,
      ),
    )
  })
})

describe('data health', () => {
  it('shows how much of the limits was used, as the runs have noted it', async () => {
    const { id } = await account()
    await browsed.warehouse.use((session) =>
      session.query(
        `INSERT INTO etl_api_usage
         SELECT max(run_id), a.account_id, a.use_case, date_trunc('hour', now() - a.ago), a.percent, a.pauses, 90
         FROM etl_run, (VALUES (${id}, 'ads_insights', interval '2 days', 87.5, 3), (0, 'app', interval '1 day', 42, 0))
           a (account_id, use_case, ago, percent, pauses)
         GROUP BY a.account_id, a.use_case, a.ago, a.percent, a.pauses`,
      ),
    )
    const page = await browsed.open(`/health?acc=${id}`)
    await settled(page)
    const panel = page.locator('section', { has: page.getByRole('heading', { name: 'API usage' }) })
    await panel.getByText(/At most 88\s% of a limit was used, on .*\. Calls paused 3 times\./).waitFor()
    await panel.getByRole('button', { name: 'Table' }).click()
    const rows = await panel.locator('tbody tr').allInnerTexts()
    expect(rows.filter((row) => /Whole app\s+app\s+42\s+0/.test(row))).toHaveLength(1)
    expect(rows.filter((row) => /ads_insights\s+87\.5\s+3\s+90/.test(row))).toHaveLength(1)
    const [used] = await browsed.rows(
      `SELECT count(DISTINCT (account_id, use_case, hour)) AS value FROM etl_api_usage WHERE account_id IN (0, ${id})`,
    )
    expect(rows).toHaveLength(Number(used?.value))
  })

  it('leads to earlier weeks of the calendar, and back', async () => {
    const page = await browsed.open('/health')
    await settled(page)
    const cells = () => page.locator('[data-state=none]').count()
    const now = await cells()
    const earlier = page.getByRole('button', { name: 'Earlier weeks' })
    expect(await earlier.isDisabled()).toBe(true)
    await browsed.warehouse.use((session) =>
      session.query(
        `INSERT INTO etl_slice (account_id, report, date, status, row_count, attempts, run_id, loaded_at, attempted_at)
         SELECT account_id, report, date - 200, status, row_count, attempts, run_id, loaded_at, attempted_at
         FROM etl_slice WHERE date = current_date - 60`,
      ),
    )
    await page.reload()
    await settled(page)
    await earlier.click()
    await earlier.click()
    await settled(page)
    expect(await page.locator('[data-state=settled]').count()).toBe(3)
    expect(await earlier.isDisabled()).toBe(true)
    const later = page.getByRole('button', { name: 'Later weeks' })
    await later.click()
    await later.click()
    await settled(page)
    expect(await later.isDisabled()).toBe(true)
    expect(await page.locator('[data-state=missing]').count()).toBeGreaterThan(0)
    await browsed.warehouse.use((session) =>
      session.query('DELETE FROM etl_slice WHERE date < current_date - 200'),
    )
    await page.reload()
    await settled(page)
    expect(await cells()).toBe(now)
  })
})

describe('what it is given', () => {
  it('a script in a name is a name', async () => {
    const name = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const { id, where } = await account()
    await browsed.warehouse.use((session) =>
      session.query(
        `UPDATE dim_campaign SET name = $1 WHERE campaign_id = (SELECT campaign_id FROM fact_core_metrics WHERE ${where} GROUP BY 1 ORDER BY sum(spend) DESC LIMIT 1)`,
        [name],
      ),
    )
    for (const path of [`/?acc=${id}`, `/campaigns?acc=${id}`]) {
      const page = await browsed.open(path)
      await settled(page)
      await page.locator('main').getByText(name).first().waitFor()
      expect(await page.title()).toMatch(/fbads$/)
    }
  })

  it.each([
    ['/?c=123', 'asks for a campaign that is not loaded (123)'],
    ['/?range=next_week', 'There is no “next_week”'],
    ['/?m=foo', 'There is no measure “foo” here'],
    ['/audience?m=foo', 'There is no measure “foo” here'],
    ['/?since=1999-01-01&until=1999-01-02', 'is not a range of days'],
    ['/?since=2011-01-01&until=2011-01-02', 'Nothing is loaded of these days'],
    ['/campaigns?q=nothing-has-this-name', 'Nothing matches “nothing-has-this-name”.'],
    ['/campaigns?open=campaign:77', 'There is no campaign 77 in this warehouse.'],
    ['/nowhere', 'There is no such page'],
  ])('%s is answered with a sentence and a way on', async (path, sentence) => {
    const page = await browsed.open(path)
    await page.getByText(sentence).first().waitFor()
    browsed.complaints()
  })

  it.each(PAGES)('%s has room on a telephone', async (path) => {
    const page = await browsed.open(path, { viewport: { width: 390, height: 844 } })
    await settled(page)
    expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(390)
    // What is left out of a narrow row is left out of its head, too.
    const uneven = await page.evaluate(`
      const shown = (row) => [...row.cells].filter((cell) => getComputedStyle(cell).display !== 'none')
        .reduce((sum, cell) => sum + cell.colSpan, 0)
      ;[...document.querySelectorAll('table:not(.calendar)')].flatMap((table) => {
        const counts = [...table.rows].filter((row) => !row.matches('.spacer')).map(shown)
        return new Set(counts).size > 1 ? [table.innerText.slice(0, 80) + counts] : []
      })`)
    expect(uneven).toEqual([])
  })
})

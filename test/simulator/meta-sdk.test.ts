import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { toMajorUnits } from '../../src/simulator/insights/amount.ts'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { NOW, simulate } from './simulated.ts'

/** What these tests use of Meta's own SDK, which has no types. */
interface SdkObject {
  readonly _data: Record<string, unknown>
}
interface SdkCursor extends Array<SdkObject> {
  hasNext(): boolean
  next(): Promise<SdkCursor>
}
interface SdkAccount {
  getCampaigns(fields: string[], params: object): Promise<SdkCursor>
  getAds(fields: string[], params: object): Promise<SdkCursor>
  getInsights(fields: string[], params: object): Promise<SdkCursor>
  getInsightsAsync(fields: string[], params: object): Promise<SdkReportRun>
}
interface SdkReportRun extends SdkObject {
  get(fields: string[]): Promise<SdkObject>
  getInsights(fields: string[], params: object): Promise<SdkCursor>
}
interface Sdk {
  FacebookAdsApi: { init(token: string, locale: string, crashLog: boolean): unknown }
  AdAccount: new (id: string) => SdkAccount
}

const require = createRequire(import.meta.url)
const sdk: Sdk = require('facebook-nodejs-business-sdk')
const { simulator, world, account, clock } = simulate({ sizes: { ads: 60, campaigns: 9 } })
const DAY = parseCalendarDate('2026-10-28')

let server: ServerType
let client: SdkAccount

beforeAll(async () => {
  const port = await new Promise<number>((resolve) => {
    server = serve({ fetch: simulator.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) =>
      resolve(info.port),
    )
  })
  // The SDK has no setting for its address and version.
  Object.defineProperty(sdk.FacebookAdsApi, 'GRAPH', { get: () => `http://127.0.0.1:${port}` })
  Object.defineProperty(sdk.FacebookAdsApi, 'VERSION', { get: () => 'v26.0' })
  sdk.FacebookAdsApi.init('TOKEN', 'en_US', false)
  client = new sdk.AdAccount(`act_${account.id}`)
})

afterAll(() => new Promise((resolve) => server.close(resolve)))

async function everyPage(first: SdkCursor): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for (let page = first; ; page = await page.next()) {
    rows.push(...page.map(({ _data }) => ({ ..._data })))
    if (!page.hasNext()) return rows
  }
}

describe("Meta's own SDK", () => {
  it('reads the campaigns and the ads, page after page', async () => {
    const campaigns = await everyPage(
      await client.getCampaigns(['id', 'name', 'effective_status'], { limit: 2 }),
    )
    const ads = await everyPage(await client.getAds(['id', 'name', 'effective_status'], { limit: 7 }))
    for (const [read, objects] of [
      [campaigns, account.campaigns],
      [ads, account.ads],
    ] as const) {
      const live = objects.filter((object) => !['ARCHIVED', 'DELETED'].includes(effectiveStatus(object)))
      expect(read.length).toBeGreaterThan(4)
      expect(read).toEqual(
        live.map((object) => ({
          id: object.id,
          name: object.name,
          effective_status: effectiveStatus(object),
        })),
      )
    }
  })

  it('reads insights with the numbers of the world, whole and broken down', async () => {
    for (const breakdowns of [[], ['age', 'gender']]) {
      const rows = await everyPage(
        await client.getInsights(['ad_id', 'spend', 'impressions', 'clicks'], {
          level: 'ad',
          time_range: { since: DAY, until: DAY },
          time_increment: 1,
          breakdowns,
          filtering: [{ field: 'impressions', operator: 'GREATER_THAN', value: 0 }],
          limit: 6,
        }),
      )
      const truth = world
        .insights(account.id, DAY, breakdowns, NOW)
        .filter(({ ad }) => !['ARCHIVED', 'DELETED'].includes(effectiveStatus(ad)))
        .filter(({ metrics }) => metrics.impressions > 0)
      expect(rows.length).toBeGreaterThan(6)
      expect(rows).toEqual(
        truth.map(({ ad, metrics, breakdown }) => ({
          ad_id: ad.id,
          spend: toMajorUnits(metrics.spendMinor, account.offset),
          impressions: String(metrics.impressions),
          clicks: String(metrics.clicks),
          date_start: DAY,
          date_stop: DAY,
          ...breakdown,
        })),
      )
    }
  })

  it('starts a report run, polls it and reads its rows', async () => {
    const run = await client.getInsightsAsync(['ad_id', 'spend'], { level: 'ad' })
    expect((await run.get(['async_status']))._data).toMatchObject({ async_status: 'Job Not Started' })
    clock.advance(5_000)
    expect((await run.get(['async_status']))._data).toMatchObject({ async_status: 'Job Completed' })
    const rows = await everyPage(await run.getInsights([], { limit: 9 }))
    const direct = await everyPage(await client.getInsights(['ad_id', 'spend'], { level: 'ad', limit: 500 }))
    expect(rows.length).toBeGreaterThan(9)
    expect(rows).toEqual(direct)
  })

  it('meets a connection that breaks', async () => {
    simulator.fail({ match: { edge: 'campaigns' }, error: 'connection-reset' })
    await expect(client.getCampaigns(['id'], {})).rejects.toThrow('no response was received')
    expect(simulator.unusedFaults()).toEqual([])
  })
})

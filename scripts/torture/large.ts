import { setTimeout as sleep } from 'node:timers/promises'
import { createMarketingApi } from '../../src/extract/marketing-api.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { addDays, daysOf } from '../../src/model/calendar-date.ts'
import type { Clock } from '../../src/model/clock.ts'
import { ETLPipeline } from '../../src/pipeline/etl-pipeline.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import type { Torture } from './torture.ts'

/**
 * Syncs one large account, twice, from a simulator that refuses what is too large, into an embedded warehouse in
 * memory.
 */
export const large: Torture = {
  about: 'an account whose requests are too large loads in full, and its second sync is refused nothing',
  runs: { full: 20_000, short: 1_000 },
  async run({ runs: ads, seed, tell }) {
    let held = true
    const startMs = Date.parse('2026-11-05T20:00:00Z')
    let passedMs = 0
    /** Sleeping takes a moment only, but moves the clock on. */
    const clock: Clock = {
      now: () => startMs + passedMs,
      sleep: async (ms, signal) => {
        passedMs += ms
        await sleep(0, undefined, { signal })
      },
      random: () => 0.5,
    }

    const world = createWorld({ seed, nowMs: startMs, ads, campaigns: Math.ceil(ads / 100), days: 10 })
    const [account] = world.accounts
    if (account === undefined) throw new RangeError('a world without accounts')
    const simulator = createSimulator({
      world,
      clock,
      sizeLimit: { cells: 2_000, of: 'range', error: 'reduce-data' },
      runLimit: ads * 60,
    })
    let refusals = 0
    const api = () =>
      createMarketingApi({
        fetch: async (input, init) => {
          const answer = await simulator.fetch(input, init)
          if (!answer.ok) refusals += 1
          return answer
        },
        clock,
        graphUrl: 'https://graph.facebook.com',
        apiVersion: 'v26.0',
        accessToken: 'simulated',
        maxConcurrent: 4,
        onEvent: () => {},
      })
    const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
    const until = addDays(account.time.dayOf(startMs), -1)
    const since = addDays(until, -3)

    for (const round of ['first', 'second']) {
      const refusedBefore = refusals
      const beganMs = performance.now()
      const { slices, apiCalls } = await new ETLPipeline({
        sources: [{ name: 'simulated', api: api(), metadataApi: api(), accounts: 'all' }],
        warehouse,
        clock,
        settings: {
          reports: ['core', 'country'],
          firstPullDays: 4,
          dailyPullDays: 4,
          chunkDays: 4,
          maxWorkers: 4,
          metaMaxWorkers: 3,
          extraFields: [],
          thresholds: DEFAULT_THRESHOLDS,
        },
        onEvent: (event) => {
          if (event.type === 'asking-for-less')
            tell(`  ${event.request.report}: ${JSON.stringify(event.size)}`)
          if (event.type === 'slices-failed') tell(`  ${event.error.message}`)
        },
      }).run({ since, until }, new AbortController().signal)
      const seconds = ((performance.now() - beganMs) / 1000).toFixed(1)
      const refused = refusals - refusedBefore
      tell(`${round}: ${JSON.stringify(slices)}, ${apiCalls} calls, ${refused} refused, ${seconds} s`)
      if (slices.failed + slices.skipped > 0 || (round === 'second' && refused > 0)) held = false
    }

    const minor = daysOf(since, until)
      .flatMap((day) => world.insights(account.id, day, [], startMs))
      .reduce((sum, { metrics }) => sum + metrics.spendMinor, 0)
    const [row] = await warehouse.use((session) =>
      session.query('SELECT sum(spend) * $1::integer AS spend, count(*) AS rows FROM fact_core_metrics', [
        account.offset,
      ]),
    )
    tell(`${row?.rows} rows, spend ${row?.spend} of ${minor} in minor units`)
    if (Number(row?.spend) !== minor) held = false
    await warehouse.close()
    return held
  },
}

// The package as a library: a sync of a simulated ad account into an embedded warehouse, by what it exports.
import assert from 'node:assert/strict'
import { createMarketingApi, type MarketingApiOptions } from 'fbads/marketing-api'
import { toObjectId } from 'fbads/object-id'
import { openPglite } from 'fbads/pglite'
import { ETLPipeline } from 'fbads/pipeline'
import { openPostgres } from 'fbads/postgres'
import { createSimulator } from 'fbads/simulator'
import { createWorld } from 'fbads/simulator/world'
import { DEFAULT_THRESHOLDS } from 'fbads/thresholds'

const clock = { now: () => Date.parse('2026-11-05T12:00:00Z'), sleep: async () => {}, random: () => 0.5 }
const world = createWorld({ seed: 7, nowMs: clock.now(), ads: 5, days: 3 })
const simulator = createSimulator({ world, clock })
const network: MarketingApiOptions = {
  fetch: (input, init) => simulator.fetch(input, init),
  clock,
  graphUrl: 'https://graph.facebook.com',
  apiVersion: 'v26.0',
  accessToken: 'simulated',
  maxConcurrent: 4,
  onEvent: () => {},
}
const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
const pipeline = new ETLPipeline({
  sources: [
    {
      name: 'simulated',
      api: createMarketingApi(network),
      metadataApi: createMarketingApi(network),
      accounts: world.accounts.map(({ id }) => toObjectId(id)).filter((id) => id !== null),
    },
  ],
  warehouse,
  clock,
  settings: {
    reports: ['core'],
    firstPullDays: 3,
    dailyPullDays: 3,
    chunkDays: 3,
    maxWorkers: 2,
    metaMaxWorkers: 2,
    extraFields: [],
    thresholds: DEFAULT_THRESHOLDS,
  },
  onEvent: () => {},
})
const summary = await pipeline.run(null, new AbortController().signal)
const [facts] = await warehouse.use((session) =>
  session.query('SELECT count(*) AS count FROM fact_core_metrics'),
)
await warehouse.close()
assert.equal(summary.status, 'succeeded')
assert.notEqual(facts?.count, '0')
await assert.rejects(
  openPostgres({
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    schema: 'facebook_ads',
    maxConnections: 1,
    applicationName: 'library',
  }),
  { name: 'DatabaseError', kind: 'unreachable' },
)

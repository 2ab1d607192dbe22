/** Asks what a sync asks of insights and metadata, decodes it and forgets it. Arguments: address, days. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { MarketingApi } from '../src/extract/marketing-api.ts'
import { SIMULATED_SOURCE } from '../test/support/simulated-source.ts'
import { built } from './built.ts'

const { createApis } = await built<typeof import('../src/cli/marketing-apis.ts')>('cli/marketing-apis')
const { SETTINGS_SCHEMA } = await built<typeof import('../src/cli/settings.ts')>('cli/settings')
const { toPipelineSettings } = await built<typeof import('../src/cli/commands/sync.ts')>('cli/commands/sync')
const { httpFetch } = await built<typeof import('../src/extract/http-fetch.ts')>('extract/http-fetch')
const { readAdAccounts } = await built<typeof import('../src/extract/ad-accounts.ts')>('extract/ad-accounts')
const { toAdAccount } = await built<typeof import('../src/transform/dimension-members.ts')>(
  'transform/dimension-members',
)
const { planAccount } = await built<typeof import('../src/pipeline/plan.ts')>('pipeline/plan')
const { LARGEST } = await built<typeof import('../src/pipeline/request-size.ts')>('pipeline/request-size')
const { WorkerShares } =
  await built<typeof import('../src/pipeline/worker-shares.ts')>('pipeline/worker-shares')
const { readInsights } = await built<typeof import('../src/extract/insights.ts')>('extract/insights')
const { readAdObjects } = await built<typeof import('../src/extract/ad-objects.ts')>('extract/ad-objects')
const { createRefusedFields } =
  await built<typeof import('../src/extract/refused-fields.ts')>('extract/refused-fields')
const { AD_OBJECT_KINDS } = await built<typeof import('../src/model/ad-object.ts')>('model/ad-object')
const { REPORTS } = await built<typeof import('../src/model/report.ts')>('model/report')

const [graphUrl = '', days = '28'] = process.argv.slice(2)
const clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms: number, signal: AbortSignal) => void (await sleep(ms, undefined, { signal })),
}
const settings = toPipelineSettings(SETTINGS_SCHEMA.parse({}))
const source = { ...SIMULATED_SOURCE, graphUrl }
const apis = createApis(
  { clock, fetch: httpFetch },
  source,
  SETTINGS_SCHEMA.parse({}),
  60_000,
  () => undefined,
)
const { signal } = new AbortController()
const shares = new WorkerShares(settings.maxWorkers)

/** Decodes each answer as a whole, as whoever fetches does, and not only as far as a sync needs it. */
const api: MarketingApi = {
  ...apis.api,
  hold: ({ scanner: _, ...call }, signal) => apis.api.hold(call, signal),
}

async function drain(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages);
}

const accounts = (await readAdAccounts(apis.metadataApi, signal)).map(toAdAccount)
await Promise.all(
  accounts.map((account) =>
    shares.share(account.accountId, async (workers) => {
      const requests = planAccount({ ...account, ledger: [] }, { days: Number(days) }, settings, clock.now())
      const insights = requests.map((request) => {
        const options = {
          fields: [...new Set([...REPORTS[request.report].fields, ...settings.extraFields])],
          size: LARGEST,
          onLess: async () => undefined,
          runs: null,
          refused: createRefusedFields(),
          repeats: new Set<string>(),
        }
        return workers(() => drain(readInsights(api, request, options, signal)))
      })
      const metadata = AD_OBJECT_KINDS.map((kind) =>
        drain(readAdObjects(apis.metadataApi, account.accountId, kind, signal)),
      )
      await Promise.all([...insights, ...metadata])
    }),
  ),
)

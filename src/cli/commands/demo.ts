import { join } from 'node:path'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import { createSimulator } from '../../simulator/app.ts'
import { type Context, DEMO_FOLDER, openEmbedded } from '../context.ts'
import type { ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { createSyncRunner } from '../serve/sync-runner.ts'
import { WarehouseStore } from '../serve/warehouse-store.ts'
import { VARIABLES } from '../settings.ts'
import { parseBehaviour, parseHistoryDays, parseWorld, type WorldFlags } from '../world-flags.ts'
import { createServeMetrics, type ServeFlags, serveStore } from './serve.ts'
import { MAX_WAIT_MINUTES, runPipeline, type SyncOrder, syncInto } from './sync.ts'

interface DemoFlags extends WorldFlags, ServeFlags {
  readonly serve?: boolean
}

/** A sync of a simulated API into a warehouse of its own, which begins empty each time. */
export async function demo(flags: DemoFlags, context: Context): Promise<ExitStatus> {
  const { clock, output } = context
  const world = parseWorld(flags, clock.now())
  const simulator = createSimulator({ world, clock, ...parseBehaviour(flags) })
  output.say('fbads demo: a simulated Marketing API, no token and no network needed.', 'title')
  output.say(`Warehouse: embedded PostgreSQL in ${DEMO_FOLDER}\n`, 'dim')
  const warehouse = await openEmbedded(
    context,
    join(context.folder, DEMO_FOLDER),
    VARIABLES.FBADS_SCHEMA.default,
  )
  try {
    await warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS "${warehouse.schema}" CASCADE`))
    const source = {
      name: 'demo',
      accessToken: 'demo',
      tokenEnv: 'FACEBOOK_ACCESS_TOKEN',
      appId: null,
      appSecret: null,
      accounts: 'all',
      graphUrl: VARIABLES.FACEBOOK_GRAPH_URL.default,
      apiVersion: VARIABLES.FACEBOOK_API_VERSION.default,
    } as const
    const asked = { days: parseHistoryDays(flags) }
    const order: SyncOrder = {
      sources: [source],
      settings: readSettings(context.folder, {}),
      asked,
      maxWaitMs: MAX_WAIT_MINUTES * 60_000,
    }
    const simulated: Context = { ...context, fetch: (input, init) => simulator.fetch(input, init) }
    const { status } = await syncInto(warehouse, order, simulated)
    if (flags.serve) {
      output.say('')
      const store = WarehouseStore.of(warehouse, clock)
      const metrics = createServeMetrics(store, { demo: true }, context)
      const sync = createSyncRunner({
        clock,
        signal: context.signal,
        everyMs: null,
        run: (days, onEvent) => {
          const told = (event: SyncEvent) => {
            metrics.onEvent(event)
            onEvent(event)
          }
          return runPipeline(warehouse, { ...order, asked: days ?? asked }, { ...simulated, onEvent: told })
        },
      })
      return await serveStore(store, { sync, metrics }, flags, context)
    }
    output.say('\nLook around:', 'title')
    output.say('  npx fbads serve --demo      the dashboard, in a browser')
    output.say('  npx fbads status --demo')
    output.say(
      '  npx fbads query --demo "SELECT account_name, campaign_name, currency, sum(spend) AS spend FROM v_campaign_daily GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC"',
    )
    output.say(
      '\nYour own account: put FACEBOOK_ACCESS_TOKEN and FACEBOOK_AD_ACCOUNT_ID into .env, then npx fbads sync.',
    )
    return status
  } finally {
    await warehouse.close()
  }
}

import { createDashboard } from '../../dashboard/app.ts'
import { readAssets } from '../../dashboard/assets.ts'
import { guard } from '../../dashboard/guard.ts'
import { DatabaseError } from '../../load/database-error.ts'
import type { Metrics } from '../../observe/metrics.ts'
import { OPS_PATHS } from '../../observe/ops-app.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import { type Context, openForReading, openWarehouse, variablesOf, type WarehouseFlags } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { createProcessMetrics, createProcessOps } from '../observe/create-ops.ts'
import { scopeOf, tellingIncidents } from '../observe/incidents.ts'
import { traced } from '../observe/traced.ts'
import { parseNumber } from '../parse-number.ts'
import { readSettings } from '../read-settings.ts'
import { listen } from '../serve/listen.ts'
import { createSyncRunner, type SyncRunner } from '../serve/sync-runner.ts'
import { WarehouseStore } from '../serve/warehouse-store.ts'
import { hasSources, readSources } from '../sources.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import { MAX_WAIT_MINUTES, runPipeline } from './sync.ts'

export interface ServeFlags extends WarehouseFlags {
  readonly host?: string
  readonly port?: string
  /** Minutes. */
  readonly syncEvery?: string
}

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1']
const DEFAULT_PORT = 8321
/** Shorter ones can be guessed. */
const SHORTEST_TOKEN = 16
/** Panels of a page ask at the same time; more connections would only wait for the same cores. */
const CONNECTIONS = 4

/** The dashboard, until it is interrupted. */
export async function serve(flags: ServeFlags, context: Context): Promise<ExitStatus> {
  const { clock } = context
  const variables = variablesOf(context)
  const everyMinutes =
    flags.syncEvery === undefined ? null : parseNumber('--sync-every', flags.syncEvery, 60, 1, 10_080)
  const store = new WarehouseStore(
    () => openForReading(context, flags, CONNECTIONS),
    () => openWarehouse(context, variables, CONNECTIONS),
    clock,
  )
  const isEmbedded = !variables.DATABASE_URL && !flags.demo
  if (everyMinutes !== null && !isEmbedded)
    throw new UsageError(
      '--sync-every is for the embedded warehouse; a PostgreSQL server is loaded by fbads sync.',
    )
  const metrics = createServeMetrics(store, flags, context)
  const canSync = isEmbedded && hasSources(variables, readSettings(context.folder, variables).sources)
  const sync = canSync ? createOwnSync(store, metrics, everyMinutes, context) : null
  if (everyMinutes !== null && sync === null)
    throw new UsageError(
      '--sync-every needs FACEBOOK_ACCESS_TOKEN and FACEBOOK_AD_ACCOUNT_ID, or sources in fbads.config.json; see fbads init.',
    )
  return serveStore(store, { sync, metrics }, flags, context)
}

/** What is counted while it is served, and what the warehouse says of itself. */
export function createServeMetrics(store: WarehouseStore, flags: WarehouseFlags, context: Context): Metrics {
  const variables = flags.demo ? {} : variablesOf(context)
  return createProcessMetrics({
    warehouse: () => store.forReading(),
    scope: scopeOf(variables, readSettings(context.folder, variables)),
    clock: context.clock,
    readQueue: null,
  })
}

interface Served {
  readonly sync: SyncRunner | null
  readonly metrics: Metrics
}

/** Serves what `store` holds; the demo does it with a store of its own. */
export async function serveStore(
  store: WarehouseStore,
  { sync, metrics }: Served,
  flags: ServeFlags,
  context: Context,
): Promise<ExitStatus> {
  const { clock, output, signal } = context
  const host = flags.host ?? '127.0.0.1'
  const port = parseNumber('--port', flags.port, DEFAULT_PORT, 0, 65_535)
  const token = readToken(host, context)
  const assets = await readAssets()
  try {
    // Another process may have the embedded warehouse, or its server be away: better said now than in a page.
    await store.forReading().catch((error: unknown) => {
      if (!(error instanceof DatabaseError && error.kind === 'not-migrated')) throw error
      output.aside(`${error.message} The dashboard waits for it.`, 'warning')
    })
    const app = createDashboard({
      warehouse: () => store.forReading(),
      assets,
      clock,
      version: version(),
      token,
      sync,
      onError: (id, error) => output.fail(`${id}: ${error instanceof Error ? error.stack : String(error)}`),
    })
    const ops = createProcessOps({ warehouse: () => store.forReading() }, metrics, guard(token))
    const isOps = (request: Request) => OPS_PATHS.includes(new URL(request.url).pathname)
    const server = await listen(
      (request, bindings) => (isOps(request) ? ops.fetch(request) : app.fetch(request, bindings)),
      host,
      port,
    )
    sync?.begin()
    const name = host.includes(':') ? `[${host}]` : host
    const url = `http://${name}:${server.port}`
    output.result(output.json ? JSON.stringify({ url }) : url)
    output.aside(
      token === null
        ? 'Open it in a browser on this machine. Ctrl-C ends it.'
        : `It asks for its token: ${url}/?token=… Ctrl-C ends it.`,
    )
    if (!signal.aborted)
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    server.close()
    await sync?.idle()
    return EXIT.done
  } finally {
    await store.close()
  }
}

/** Throws UsageError when others than this machine could come in without one. */
function readToken(host: string, context: Context): string | null {
  const token = variablesOf(context).FBADS_DASHBOARD_TOKEN ?? null
  if (token !== null && token.length < SHORTEST_TOKEN)
    throw new UsageError(
      `FBADS_DASHBOARD_TOKEN has ${token.length} characters; it needs ${SHORTEST_TOKEN} or more.`,
    )
  if (token === null && !LOOPBACK.includes(host))
    throw new UsageError(
      `--host ${host} lets other machines in: set FBADS_DASHBOARD_TOKEN to a long random text first (openssl rand -hex 24), in .env or the environment.`,
    )
  return token
}

function createOwnSync(
  store: WarehouseStore,
  metrics: Metrics,
  everyMinutes: number | null,
  context: Context,
): SyncRunner {
  const { clock, signal } = context
  return createSyncRunner({
    clock,
    signal,
    everyMs: everyMinutes === null ? null : everyMinutes * 60_000,
    run: async (days, onEvent) => {
      // Read anew each time: a token that was renewed in .env counts from the next sync on.
      const variables = variablesOf(context)
      const settings = readSettings(context.folder, variables)
      const order = {
        sources: readSources(variables, settings.sources, {}),
        settings,
        asked: days,
        maxWaitMs: MAX_WAIT_MINUTES * 60_000,
      }
      const told = (event: SyncEvent) => {
        metrics.onEvent(event)
        onEvent(event)
      }
      const warehouse = await store.forLoading()
      return tellingIncidents(warehouse, order, context, () =>
        traced(context, told, (onEvent) => runPipeline(warehouse, order, { ...context, onEvent })),
      )
    },
  })
}

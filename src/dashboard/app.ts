import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { z } from 'zod'
import { DatabaseError } from '../load/database-error.ts'
import type { Warehouse } from '../load/session.ts'
import { isCalendarDate } from '../model/calendar-date.ts'
import type { Clock } from '../model/clock.ts'
import type { Answer, Problem, Setting } from './answers.ts'
import type { Asset, Assets } from './assets.ts'
import type { DateRange } from './date-range.ts'
import { streamEvents } from './events.ts'
import { type Filter, parseFilter } from './filter.ts'
import { guard, securityHeaders } from './guard.ts'
import { PanelError } from './panel.ts'
import { isPanelName, PANELS } from './panels/panels.ts'
import { Reader } from './reader.ts'
import { ACCOUNTS, readScope, type Scope, type ScopeAccount, toView, type View } from './scope.ts'
import type { SyncControl } from './sync-control.ts'

export interface DashboardOptions {
  /** Opened when it is first asked; throws DatabaseError while there is none. */
  readonly warehouse: () => Promise<Warehouse>
  readonly assets: Assets
  readonly clock: Clock
  readonly version: string
  /** Without one, only this machine gets in. */
  readonly token: string | null
  readonly sync: SyncControl | null
  /** What went wrong in the program itself; the page is told its number alone. */
  readonly onError: (id: string, error: unknown) => void
}

/** The dashboard as a `fetch` handler: pages, their data as JSON, and events. It only reads, but for asking for a sync. */
export function createDashboard(options: DashboardOptions): Hono {
  const { clock, assets, sync, token } = options
  const app = new Hono()
  let errors = 0

  app.use(securityHeaders())
  app.use(guard(token))
  app.use('/api/*', async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
  })
  app.use('/api/panel/*', compress())

  const answer = async <Data>(
    read: (reader: Reader) => Promise<{ readonly data: Data; readonly view: View | null }>,
  ): Promise<Answer<Data>> => {
    const reader = new Reader(await options.warehouse())
    const started = clock.now()
    const found = await read(reader)
    return { ...found, sql: reader.statements, ms: clock.now() - started }
  }
  /** The panels of a page are asked for at once, and have one scope. */
  const pending = new Map<string, Promise<Scope>>()
  const scopeOf = (filter: Filter, reader: Reader, nowMs: number): Promise<Scope> => {
    const key = JSON.stringify(filter)
    const scope = pending.get(key) ?? readScope(filter, reader, nowMs).finally(() => void pending.delete(key))
    pending.set(key, scope)
    return scope
  }
  const filterOf = (c: Context) => parseFilter(new URL(c.req.url).searchParams)

  app.get('/api/setting', async (c) => {
    const warehouse = await options.warehouse()
    const data = (await new Reader(warehouse).read(ACCOUNTS)) as unknown as ScopeAccount[]
    return c.json({
      version: options.version,
      accounts: data,
      warehouse: { kind: warehouse.kind, location: warehouse.location },
      canSync: sync !== null,
    } satisfies Setting)
  })
  app.get('/api/scope', async (c) =>
    c.json(
      await answer(async (reader) => ({
        data: await scopeOf(filterOf(c), reader, clock.now()),
        view: null,
      })),
    ),
  )
  app.get('/api/panel/:name', async (c) => {
    const name = c.req.param('name')
    if (!isPanelName(name)) return problem(c, 404, 'request', `There is no panel “${name.slice(0, 60)}”.`)
    return c.json(
      await answer(async (reader) => {
        const filter = filterOf(c)
        const nowMs = clock.now()
        const scope = await scopeOf(filter, reader, nowMs)
        // What a person wants to see is the panel's own statement, not how its days were found.
        reader.statements.length = 0
        const { searchParams: params } = new URL(c.req.url)
        const data = await PANELS[name]({ scope, filter, params, reader, nowMs })
        return { data, view: toView(scope) }
      }),
    )
  })
  app.get('/api/events', (c) => streamEvents(c, options))
  app.post('/api/sync', async (c) => {
    if (sync === null)
      return problem(
        c,
        409,
        'request',
        'Syncs of this warehouse run elsewhere: fbads sync, from cron or by hand.',
      )
    const days = parseDays(await c.req.text())
    return sync.start(days)
      ? c.json(sync.state, 202)
      : problem(c, 409, 'request', 'A sync is running already.')
  })
  app.all('/api/*', (c) => problem(c, 404, 'request', 'There is no such address.'))

  app.get('*', (c) => {
    const { pathname } = new URL(c.req.url)
    const asset = assets.get(pathname) ?? (/\.\w+$/.test(pathname) ? undefined : assets.get('/index.html'))
    return asset === undefined ? c.text('Not found', 404) : send(c, asset)
  })

  app.onError((error, c) => {
    if (error instanceof PanelError) return problem(c, 400, 'request', error.message)
    if (error instanceof DatabaseError)
      return error.kind === 'not-migrated'
        ? problem(c, 404, 'no-warehouse', error.message)
        : problem(c, 503, 'database', error.message)
    errors += 1
    const id = `E${errors}`
    options.onError(id, error)
    return problem(c, 500, 'internal', `Something went wrong here; the server’s own output has it as ${id}.`)
  })
  return app
}

/** Null when nothing is sent. Throws PanelError. */
function parseDays(body: string): DateRange | null {
  if (body === '') return null
  const { since, until } = DAYS.safeParse(toJson(body)).data ?? {}
  if (!isCalendarDate(since) || !isCalendarDate(until) || since > until)
    throw new PanelError('A sync of some days has two of them, since and until, written YYYY-MM-DD.')
  return { since, until }
}

const DAYS = z.strictObject({ since: z.string(), until: z.string() })

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function problem(c: Context, status: 400 | 404 | 409 | 500 | 503, kind: Problem['kind'], message: string) {
  return c.json({ kind, message } satisfies Problem, status)
}

function send(c: Context, { type, body, gzip, isImmutable }: Asset): Response {
  const accepted = c.req.header('accept-encoding') ?? ''
  const headers: Record<string, string> = {
    'Content-Type': type,
    'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  }
  if (/\bgzip\b/.test(accepted)) return c.body(gzip, 200, { ...headers, 'Content-Encoding': 'gzip' })
  return c.body(body, 200, headers)
}

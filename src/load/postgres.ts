import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pLimit from 'p-limit'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Connection, createSession } from './create-session.ts'
import { DatabaseError, toServerError } from './database-error.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Lease, Session, Warehouse } from './session.ts'
import { VALUE_PARSERS } from './value-parsers.ts'

interface PostgresOptions {
  readonly connectionString: string
  readonly schema: string
  /** The most connections that `use` opens; leases come on top. */
  readonly maxConnections: number
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string
  readonly onNotice?: (message: string) => void
}

/** The extended protocol takes one statement only; the types of `pg` do not know the option. */
type ArrayQuery = pg.QueryArrayConfig & { readonly queryMode: 'extended' }

const CONNECT_TIMEOUT_MS = 15_000
/** How long a connection is silent before it is seen to that the other end is still there. */
const KEEP_ALIVE_SECONDS = 60
/** How long one that does not answer is waited for: as long as the questions above and their repetitions take. */
const GONE_MS = 120_000
const OLDEST_SERVER = 140_000

/** By their oids in pg_type. The driver would read the elements of the first as doubles. */
const NUMERIC_ARRAY: number = 1231
const TEXT_ARRAY: number = 1009

const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    VALUE_PARSERS[oid] ?? pg.types.getTypeParser(oid === NUMERIC_ARRAY ? TEXT_ARRAY : oid, format),
}

/**
 * What a session must not take from the defaults of its role. Who waits for a lock must then see what its holder has
 * written, which only READ COMMITTED shows. The server, too, asks whether its client is still there, and does not wait
 * longer for what it has sent it to arrive: else one whose machine has gone keeps its locks, for hours or, when it was
 * gone before an answer arrived, for a quarter of one.
 */
const SETTINGS = `
  SELECT set_config('search_path', $1, false), set_config('TimeZone', 'UTC', false),
         set_config('DateStyle', 'ISO', false), set_config('default_transaction_isolation', 'read committed', false),
         set_config('tcp_keepalives_idle', $2, false), set_config('tcp_keepalives_interval', '10', false),
         set_config('tcp_keepalives_count', '6', false), set_config('tcp_user_timeout', $3, false)`

/** A warehouse on a PostgreSQL server, 14 or newer. Connects once to see that it can; throws DatabaseError. */
export async function openPostgres(options: PostgresOptions): Promise<Warehouse> {
  const location = locationOf(options.connectionString)
  const pool = createPool(options)
  const gate = pLimit(options.maxConnections)
  const leased = new Set<pg.PoolClient>()
  let leases = 0

  const connect = async () => {
    try {
      return await pool.connect()
    } catch (error) {
      throw toServerError(error, location, 'connecting')
    }
  }
  const run = async <T>(client: pg.PoolClient, body: (session: Session) => Promise<T>): Promise<T> => {
    try {
      return await body(createSession(toConnection(client)))
    } catch (error) {
      throw toServerError(error, location, 'connected')
    }
  }
  const warehouse: Warehouse = {
    kind: 'postgres',
    location,
    schema: options.schema,
    use: (body) =>
      gate(async () => {
        const client = await connect()
        let failed = true
        try {
          const result = await run(client, body)
          failed = false
          return result
        } finally {
          giveBack(client, failed)
        }
      }),
    async lease(): Promise<Lease> {
      const client = await connect()
      let failed = false
      leased.add(client)
      leases += 1
      return {
        id: leases,
        use: (body) =>
          run(client, body).catch((error) => {
            failed = true
            throw error
          }),
        async listen(channel, onPayload, onEnd) {
          // Nobody else is to get a connection that listens.
          failed = true
          client.once('end', onEnd)
          await run(client, async (session) => {
            const [own] = await session.query('SELECT pg_backend_pid() AS pid')
            client.on('notification', ({ channel: name, payload, processId }) => {
              if (name === channel && processId !== own?.pid) onPayload(payload ?? '')
            })
            await session.query(`LISTEN ${quoteIdentifier(channel)}`)
          })
        },
        async release() {
          if (leased.delete(client)) giveBack(client, failed)
        },
      }
    },
    async close() {
      // Nobody is waited for who holds a lease: the program ends, and what is unfinished is rolled back.
      for (const client of leased) giveBack(client, true)
      leased.clear()
      if (!pool.ending) await pool.end()
    },
  }
  try {
    await warehouse.use(refuseUnusable)
    return warehouse
  } catch (error) {
    await pool.end()
    throw error
  }
}

function createPool(options: PostgresOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Linux would ask after two hours, and a peer that is gone, with its machine or a firewall's memory, says nothing.
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_SECONDS * 1000,
    // The gate in front of `use` bounds it: the pool's own bound would let its connect time-out end a mere wait.
    max: Number.MAX_SAFE_INTEGER,
    types: TYPES,
    onConnect: async (client) => {
      // Without a listener a connection that breaks while nobody queries would end the process.
      client.on('error', () => undefined)
      if (options.onNotice) client.on('notice', (notice) => options.onNotice?.(notice.message ?? ''))
      await client.query(SETTINGS, [
        quoteIdentifier(options.schema),
        String(KEEP_ALIVE_SECONDS),
        String(GONE_MS),
      ])
    },
  })
  pool.on('error', () => undefined)
  return pool
}

function toConnection(client: pg.PoolClient): Connection {
  return {
    async execute(sql, params) {
      const query: ArrayQuery = { text: sql, values: [...params], rowMode: 'array', queryMode: 'extended' }
      const result = await client.query(query)
      return { columns: result.fields.map((field) => field.name), rows: result.rows }
    },
    async copyInto(target, chunks) {
      await pipeline(Readable.from(chunks), client.query(copyFrom(`COPY ${target} FROM STDIN`)))
    },
  }
}

/**
 * Back to the pool; or closed, when something failed on it or a transaction was left open: the server then rolls
 * back, and drops and unlocks what was left behind.
 */
function giveBack(client: pg.PoolClient, failed: boolean): void {
  client.release(failed || client.getTransactionStatus() !== 'I')
}

async function refuseUnusable(session: Session): Promise<void> {
  const [server] = await session.query(
    `SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version,
            current_setting('server_encoding') AS encoding`,
  )
  if (Number(server?.number) < OLDEST_SERVER)
    throw new DatabaseError('other', `PostgreSQL ${server?.version} is too old: fbads needs 14 or newer.`)
  if (server?.encoding !== 'UTF8')
    throw new DatabaseError(
      'other',
      `The database is encoded in ${server?.encoding}, which cannot hold every name: create it with ENCODING 'UTF8'.`,
    )
}

/** `postgres://user@host:port/database`, as the driver understands the address. */
function locationOf(connectionString: string): string {
  try {
    const { user, host, port, database } = new pg.Client({ connectionString })
    return `postgres://${user ?? ''}@${host}:${port}/${database ?? ''}`
  } catch {
    // The driver's own message repeats the address, with the password in it.
    throw new DatabaseError(
      'other',
      'DATABASE_URL is not an address of a database. It looks like postgres://user:password@host:5432/database; ' +
        'special characters in the password are written percent-encoded.',
    )
  }
}

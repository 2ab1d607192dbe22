import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, inject } from 'vitest'
import { migrate } from '../../src/load/migrate.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Session, Warehouse } from '../../src/load/session.ts'

/** Opens a warehouse that is empty and migrated, with a schema of its own; it goes with its test. */
export type OpenWarehouse = () => Promise<Warehouse>

/** Runs the same tests on the embedded warehouse and on a server. */
export function describeOnEachWarehouse(name: string, tests: (open: OpenWarehouse) => void): void {
  describe.each([
    ['PGlite', createEmbedded],
    ['PostgreSQL', createServed],
  ] as const)(`${name}, on %s`, (_, createSource) => {
    const source = createSource()
    let opened: Warehouse[] = []
    afterEach(async () => {
      const warehouses = opened
      opened = []
      for (const warehouse of warehouses) await source.drop(warehouse)
    })
    afterAll(() => source.close())
    tests(async () => {
      const warehouse = await source.open(newSchema())
      opened.push(warehouse)
      await migrate(warehouse)
      return warehouse
    })
  })
}

/** A server's address, with a schema that nothing else uses. */
export function serverOptions(schema = newSchema()): Parameters<typeof openPostgres>[0] {
  return {
    connectionString: inject('databaseUrl'),
    schema,
    maxConnections: 4,
    applicationName: schema,
  }
}

export function newSchema(): string {
  return `test_${randomUUID().replaceAll('-', '')}`
}

interface Source {
  open(schema: string): Promise<Warehouse>
  drop(warehouse: Warehouse): Promise<void>
  close(): Promise<void>
}

/** One instance for a file, since a start takes seconds; each warehouse is a schema of it. */
function createEmbedded(): Source {
  let instance: Promise<Warehouse> | null = null
  return {
    async open(schema) {
      instance ??= openPglite({ folder: null, schema: 'public' })
      return withSchema(await instance, schema)
    },
    async drop(warehouse) {
      await dropSchema(warehouse)
    },
    close: async () => (await instance)?.close(),
  }
}

/** A view of one embedded instance: its connection looks at another schema whenever it is lent. */
function withSchema(instance: Warehouse, schema: string): Warehouse {
  const there =
    <T>(body: (session: Session) => Promise<T>) =>
    async (session: Session) => {
      await session.query(`SET search_path TO "${schema}"`)
      return body(session)
    }
  return {
    ...instance,
    schema,
    use: (body) => instance.use(there(body)),
    async lease() {
      const lease = await instance.lease()
      return { ...lease, use: (body) => lease.use(there(body)) }
    },
    close: async () => undefined,
  }
}

function createServed(): Source {
  return {
    open: (schema) => openPostgres(serverOptions(schema)),
    async drop(warehouse) {
      expect(await leftInTransaction(warehouse)).toEqual([])
      await dropSchema(warehouse)
      await warehouse.close()
      await expectNoSession(warehouse.schema)
    },
    close: async () => undefined,
  }
}

/** The server ends a session some moments after its connection was closed. */
async function expectNoSession(applicationName: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  try {
    const left = async () => {
      const { rows } = await client.query(
        'SELECT state, query FROM pg_stat_activity WHERE application_name = $1',
        [applicationName],
      )
      return rows
    }
    await expect.poll(left, { timeout: 5_000 }).toEqual([])
  } finally {
    await client.end()
  }
}

/** Sessions of this warehouse that wait, idle, in a transaction, with the last thing that they did. */
function leftInTransaction(warehouse: Warehouse) {
  return warehouse.use((session) =>
    session.query(
      `SELECT state, query FROM pg_stat_activity
        WHERE application_name = $1 AND state LIKE 'idle in transaction%'`,
      [warehouse.schema],
    ),
  )
}

async function dropSchema(warehouse: Warehouse): Promise<void> {
  await warehouse.use(async (session) => {
    await session.query('SET client_min_messages TO warning')
    await session.query(`DROP SCHEMA IF EXISTS "${warehouse.schema}" CASCADE`)
  })
}

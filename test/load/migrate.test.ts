import { describe, expect, it } from 'vitest'
import { checkSchema, migrate, schemaVersion } from '../../src/load/migrate.ts'
import { readMigrations } from '../../src/load/migrations.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { describeOnEachWarehouse, serverOptions } from '../support/warehouses.ts'

const migrations = await readMigrations()
const [before, latest] = migrations.slice(-2).map(({ version }) => version)

describeOnEachWarehouse('a migration', (open) => {
  it('is done once: the second finds nothing to do', async () => {
    const warehouse = await open()
    expect(await schemaVersion(warehouse)).toBe(latest)
    expect(await migrate(warehouse)).toEqual({ applied: [], version: latest })
    await expect(checkSchema(warehouse)).resolves.toBeUndefined()
  })

  it('refuses a schema that a newer program made, and writes nothing', async () => {
    const warehouse = await open()
    await warehouse.use((session) =>
      session.query('INSERT INTO etl_migration (version, migration) VALUES (9999, $1)', ['9999_future']),
    )
    const refusal = {
      kind: 'schema-newer',
      message: expect.stringMatching(/version 9999.*up to \d+.*[Uu]pgrade/s),
    }
    await expect(migrate(warehouse)).rejects.toMatchObject(refusal)
    await expect(checkSchema(warehouse)).rejects.toMatchObject(refusal)
    expect(await schemaVersion(warehouse)).toBe(9999)
  })

  it('begins where the last one ended', async () => {
    const warehouse = await open()
    await makeOlder(warehouse)
    await expect(checkSchema(warehouse)).rejects.toMatchObject({ kind: 'not-migrated' })
    const { applied, version } = await migrate(warehouse)
    expect([applied.length, version]).toEqual([1, latest])
  })
})

/** The schema as the program before the last migration made it. */
async function makeOlder({ schema, use }: Warehouse): Promise<void> {
  await use(async (session) => {
    await session.query('SET client_min_messages TO warning')
    await session.query(`DROP SCHEMA "${schema}" CASCADE`)
    await session.query(`CREATE SCHEMA "${schema}"`)
    await session.query(
      'CREATE TABLE etl_migration (version integer, migration text, applied_at timestamptz DEFAULT now())',
    )
    for (const { version, name, statements } of migrations.slice(0, -1)) {
      for (const statement of statements) await session.query(statement)
      await session.query('INSERT INTO etl_migration (version, migration) VALUES ($1, $2)', [version, name])
    }
  })
}

describeOnEachWarehouse('the migration of a schema that somebody has changed', (open) => {
  it('names what is missing, and leaves the schema as it was', async () => {
    const warehouse = await open()
    await makeOlder(warehouse)
    await warehouse.use((session) => session.query('ALTER TABLE dim_date DROP COLUMN day_name'))
    await expect(migrate(warehouse)).rejects.toMatchObject({
      kind: 'schema-changed',
      message: expect.stringContaining('lacks dim_date.day_name'),
    })
    expect(await schemaVersion(warehouse)).toBe(before)
  })
})

describe('the migration of a schema that is not there, on PostgreSQL', () => {
  it('is done by one of several processes that start at once', async () => {
    const options = { ...serverOptions(), schema: `${serverOptions().schema} "odd"` }
    const warehouses = await Promise.all([1, 2, 3].map(() => openPostgres(options)))
    const [first = expect.fail()] = warehouses
    try {
      expect(await schemaVersion(first)).toBeNull()
      await expect(checkSchema(first)).rejects.toMatchObject({ kind: 'not-migrated' })
      const done = await Promise.all(warehouses.map(migrate))
      expect(done.map(({ applied }) => applied.length).sort()).toEqual([0, 0, migrations.length])
    } finally {
      await first.use((session) =>
        session.query(`DROP SCHEMA "${options.schema.replaceAll('"', '""')}" CASCADE`),
      )
      await Promise.all(warehouses.map((warehouse) => warehouse.close()))
    }
  })

  it('leaves nothing behind when it is cut off', async () => {
    const options = serverOptions()
    const warehouse = await openPostgres(options)
    const killer = await openPostgres({ ...options, applicationName: 'killer' })
    try {
      // Its first statement that needs this lock waits, in the middle of the transaction.
      const lease = await killer.lease()
      await lease.use((session) =>
        session.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [
          `fbads:${options.schema}:migrate:`,
        ]),
      )
      const cutOff = expect(migrate(warehouse)).rejects.toMatchObject({ kind: 'unreachable' })
      for (let killed = 0; killed === 0; ) {
        const rows = await lease.use((session) =>
          session.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE application_name = $1 AND wait_event_type = 'Lock'`,
            [options.applicationName],
          ),
        )
        killed = rows.length
      }
      await cutOff
      await lease.release()
      expect(await schemaVersion(killer)).toBeNull()
    } finally {
      await Promise.all([warehouse.close(), killer.close()])
    }
  })
})

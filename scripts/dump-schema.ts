/**
 * Writes `sql/schema.sql`: what the migrations make, as pg_dump sees it, so that a change of the schema is read as
 * a diff; and `sql/columns.json`, by which a sync sees that nobody has changed it. With `--check` it compares
 * instead, and exits with 1 where they differ.
 *
 *   DATABASE_URL=postgres://… node scripts/dump-schema.ts [--check]
 *
 * The server and pg_dump (PG_DUMP, else Debian's) are of version 15: others write the same schema in other words.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readColumns } from '../src/load/check-columns.ts'
import { migrate } from '../src/load/migrate.ts'
import { openPostgres } from '../src/load/postgres.ts'

const FILES = {
  schema: new URL('../sql/schema.sql', import.meta.url),
  columns: new URL('../sql/columns.json', import.meta.url),
}
const PG_DUMP = process.env.PG_DUMP ?? '/usr/lib/postgresql/15/bin/pg_dump'
const VERSION = 15

/** Made for the dump and dropped again; what is in the database stays out of it. */
const SCRATCH = 'fbads_schema_dump'
const SHOWN_AS = 'facebook_ads'

/** What belongs into each file. */
type Made = Readonly<Record<'schema' | 'columns', string>>

async function dump(connectionString: string): Promise<Made> {
  const warehouse = await openPostgres({
    connectionString,
    schema: SCRATCH,
    maxConnections: 1,
    applicationName: 'dump-schema',
  })
  const drop = () => warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS ${SCRATCH} CASCADE`))
  try {
    const [server] = await warehouse.use((session) =>
      session.query(`SELECT current_setting('server_version_num')::integer / 10000 AS version`),
    )
    if (server?.version !== VERSION)
      throw new Error(`The server is PostgreSQL ${server?.version}; the dump is made on ${VERSION}.`)
    await drop()
    await migrate(warehouse)
    const args = [
      '--schema-only',
      '--no-owner',
      '--no-privileges',
      `--schema=${SCRATCH}`,
      '--dbname',
      connectionString,
    ]
    const columns = await warehouse.use((session) => readColumns(session, SCRATCH))
    return {
      schema: normalize(execFileSync(PG_DUMP, args, { encoding: 'utf8' })),
      columns: `${JSON.stringify(columns, null, 2)}\n`,
    }
  } finally {
    await drop()
    await warehouse.close()
  }
}

/** Without what depends on the moment, the machine or the version: settings, remarks, tokens. */
function normalize(sql: string): string {
  const kept = sql
    .split('\n')
    .filter((line) => !/^(?:--|\\(?:un)?restrict |SET |SELECT pg_catalog\.set_config)/.test(line))
    .join('\n')
    .replaceAll(SCRATCH, SHOWN_AS)
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return `-- Made by scripts/dump-schema.ts from the numbered files; do not edit.\n\n${kept}\n`
}

/** The lines that only one of the two has, `-` for the file's and `+` for the database's. */
function difference(file: string, database: string): string[] {
  const [before, after] = [file.split('\n'), database.split('\n')]
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ]
}

const connectionString = process.env.DATABASE_URL
if (!connectionString) throw new Error('DATABASE_URL names no PostgreSQL 15 to make the schema on.')
const made = await dump(connectionString)
for (const [part, file] of Object.entries(FILES) as [keyof Made, URL][]) {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, made[part])
    continue
  }
  const before = readFileSync(file, 'utf8')
  if (before === made[part]) continue
  process.stderr.write(
    `${basename(file.pathname)} is not what the migrations make. Run node scripts/dump-schema.ts.\n${difference(before, made[part]).join('\n')}\n`,
  )
  process.exitCode = 1
}

import { execFile } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The tables whose rows are copied, parents first. */
const DIMENSIONS = [
  'dim_account',
  'dim_campaign',
  'dim_adset',
  'dim_ad',
  'dim_country',
  'dim_action_type',
  'dim_age_group',
  'dim_gender',
]

/**
 * The least that PostgreSQL can take for the rows of a warehouse: psql's `\copy` of each partition into an empty
 * table, which then gets its primary key and is attached with its foreign keys checked.
 */
export interface CopyFloor {
  /** Rows as files, from a warehouse that a sync has filled. */
  prepare(databaseUrl: string, schema: string): Promise<void>
  /** Into the empty warehouse of another schema, which has been migrated; ms. */
  measure(databaseUrl: string, schema: string): Promise<number>
}

export function createCopyFloor(psql: string, folder: string): CopyFloor {
  const send = (databaseUrl: string, sql: string) =>
    run(psql, ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', databaseUrl, '-f', sql], { maxBuffer: 1 << 26 })
  return {
    async prepare(databaseUrl, schema) {
      const list = join(folder, 'list.sql')
      await writeFile(
        list,
        `SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relnamespace = '${schema}'::regnamespace ORDER BY 1`,
      )
      const partitions = (await send(databaseUrl, list)).stdout.trim().split('\n')
      const copies = [...DIMENSIONS, ...partitions].map(
        (table) => `\\copy ${schema}.${table} TO '${join(folder, `${table}.copy`)}'`,
      )
      const out = join(folder, 'out.sql')
      await writeFile(out, copies.join('\n'))
      await send(databaseUrl, out)
    },
    async measure(databaseUrl, schema) {
      const files = (await readdir(folder))
        .filter((name) => name.endsWith('.copy'))
        .map((name) => name.slice(0, -5))
      const partitions = files.filter((name) => /_\d{6}$/.test(name)).sort()
      const clear = DIMENSIONS.toReversed().map((table) => `DELETE FROM ${table};`)
      const lines = [
        `SET search_path TO ${schema};`,
        ...clear,
        ...DIMENSIONS.map((table) => `\\copy ${table} FROM '${join(folder, `${table}.copy`)}'`),
        ...partitions.flatMap((name) => {
          const parent = name.slice(0, -7)
          const month = Number(name.slice(-6))
          const next = month % 100 === 12 ? month + 89 : month + 1
          return [
            'BEGIN;',
            `CREATE TABLE ${name} (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);`,
            `\\copy ${name} FROM '${join(folder, `${name}.copy`)}'`,
            `ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${month}01) TO (${next}01);`,
            'COMMIT;',
          ]
        }),
      ]
      const script = join(folder, 'in.sql')
      await writeFile(script, lines.join('\n'))
      const started = performance.now()
      await send(databaseUrl, script)
      const wallMs = performance.now() - started
      await rm(script)
      return wallMs
    },
  }
}

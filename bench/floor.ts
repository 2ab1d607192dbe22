import { execFile } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
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
  /** The same as statements, and as files that are copied into tables, in order. */
  steps(): Promise<CopyStep[]>
}

export type CopyStep = { readonly sql: string } | { readonly table: string; readonly file: string }

export function createCopyFloor(psql: string, folder: string): CopyFloor {
  const send = (databaseUrl: string, sql: string) =>
    run(psql, ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', databaseUrl, '-f', sql], { maxBuffer: 1 << 26 })
  return {
    async prepare(databaseUrl, schema) {
      await mkdir(folder, { recursive: true })
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
      const steps = await stepsOf(folder)
      const lines = steps.map((step) =>
        'sql' in step ? `${step.sql};` : `\\copy ${step.table} FROM '${step.file}'`,
      )
      const script = join(folder, 'in.sql')
      await writeFile(script, [`SET search_path TO ${schema};`, ...lines].join('\n'))
      const started = performance.now()
      await send(databaseUrl, script)
      const wallMs = performance.now() - started
      await rm(script)
      return wallMs
    },

    steps: () => stepsOf(folder),
  }
}

async function stepsOf(folder: string): Promise<CopyStep[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.copy'))
  const partitions = names
    .map((name) => name.slice(0, -'.copy'.length))
    .filter((name) => /_\d{6}$/.test(name))
    .sort()
  const copy = (table: string) => ({ table, file: join(folder, `${table}.copy`) })
  return [
    ...DIMENSIONS.toReversed().map((table) => ({ sql: `DELETE FROM ${table}` })),
    ...DIMENSIONS.map(copy),
    ...partitions.flatMap((name) => {
      const parent = name.slice(0, -'_202411'.length)
      const month = Number(name.slice(-6))
      const next = month % 100 === 12 ? month + 89 : month + 1
      return [
        { sql: 'BEGIN' },
        { sql: `CREATE TABLE ${name} (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)` },
        copy(name),
        {
          sql: `ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${month}01) TO (${next}01)`,
        },
        { sql: 'COMMIT' },
      ]
    }),
  ]
}

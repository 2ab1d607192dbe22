import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readColumns } from '../../src/load/check-columns.ts'
import { checkSchema, migrate } from '../../src/load/migrate.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { CONVERSIONS, categoryOf, isCanonical } from '../../src/model/action-type.ts'
import { DIMENSIONS } from '../../src/model/dimension.ts'
import { FACT_TABLES } from '../../src/model/fact.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

async function columnsOf(warehouse: Warehouse, table: string): Promise<Map<string, string>> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`,
      [warehouse.schema, table],
    ),
  )
  return new Map(rows.map((row) => [String(row.column_name), String(row.data_type)]))
}

describeOnEachWarehouse('the schema', (open) => {
  it('is the one by which changes are noticed', async () => {
    const warehouse = await open()
    const file = JSON.parse(await readFile(new URL('../../sql/columns.json', import.meta.url), 'utf8'))
    expect(await warehouse.use((session) => readColumns(session, warehouse.schema))).toEqual(file)
  })

  it.each([
    ['ALTER TABLE fact_core_metrics DROP COLUMN reach', 'fact_core_metrics.reach'],
    ['ALTER TABLE dim_ad RENAME COLUMN creative_id TO creative', 'dim_ad.creative_id'],
    ['DROP TABLE etl_reject', 'etl_reject'],
    ['DROP VIEW v_account_daily', 'v_account_daily'],
  ])('is refused by the name of what somebody has changed: %s', async (sql, missing) => {
    const warehouse = await open()
    await warehouse.use((session) => session.query(sql))
    const refusal = { kind: 'schema-changed', message: expect.stringContaining(` lacks ${missing}:`) }
    await expect(migrate(warehouse)).rejects.toMatchObject(refusal)
    await expect(checkSchema(warehouse)).rejects.toMatchObject(refusal)
  })

  it('may have columns and tables of others besides', async () => {
    const warehouse = await open()
    await warehouse.use((session) => session.query('ALTER TABLE dim_ad ADD COLUMN mine text'))
    await warehouse.use((session) => session.query('CREATE TABLE mine (a text)'))
    await expect(checkSchema(warehouse)).resolves.toBeUndefined()
  })

  it('has the fact tables that the model describes, keys first', async () => {
    const warehouse = await open()
    for (const [table, { lookups, measures, candidates }] of Object.entries(FACT_TABLES)) {
      const columns = await columnsOf(warehouse, table)
      const dropped: readonly string[] = candidates ?? []
      const kept = Object.keys(measures).filter((measure) => !dropped.includes(measure))
      const clicks = candidates === null ? [] : ['clicks', 'click_source']
      const keys = [
        'account_id',
        'date_id',
        'ad_id',
        'campaign_id',
        'adset_id',
        ...lookups.map((l) => `${l}_id`),
      ]
      expect([...columns.keys()].slice(0, keys.length)).toEqual(keys)
      expect([...columns.keys()].sort()).toEqual([...keys, ...kept, ...clicks].sort())
    }
  })

  it('keeps dimensions and their histories in the order and the types of the model', async () => {
    const warehouse = await open()
    const types = { id: 'bigint', text: 'text', money: 'numeric', time: 'timestamp with time zone' }
    for (const { table, key, attributes } of Object.values(DIMENSIONS)) {
      const columns = await columnsOf(warehouse, table)
      expect([...columns]).toEqual([
        [key, 'bigint'],
        ...Object.entries(attributes).map(([name, type]) => [name, types[type]]),
        ['updated_at', 'timestamp with time zone'],
        ['refused_at', 'timestamp with time zone'],
      ])
      columns.delete('refused_at')
      const history = await columnsOf(warehouse, `${table}_history`)
      expect([...history.keys()].sort()).toEqual([...columns.keys(), 'valid_from', 'valid_to'].sort())
      for (const [name, type] of columns) expect(history.get(name)).toBe(type)
    }
  })

  it('seeds action types as the model sorts them, every alias of a conversion among them', async () => {
    const warehouse = await open()
    const rows = await warehouse.use((session) =>
      session.query(
        'SELECT action_type, category, is_canonical FROM dim_action_type WHERE action_type_id <> 0',
      ),
    )
    for (const row of rows) {
      const type = String(row.action_type)
      expect(row).toEqual({ action_type: type, category: categoryOf(type), is_canonical: isCanonical(type) })
    }
    expect(rows.map((row) => row.action_type)).toEqual(
      expect.arrayContaining(Object.values(CONVERSIONS).flat()),
    )
  })

  it('gives every dimension the unknown member 0', async () => {
    const warehouse = await open()
    const dimensions = [
      'account',
      'campaign',
      'adset',
      'ad',
      'date',
      'age_group',
      'gender',
      'country',
      'action_type',
    ]
    for (const dimension of dimensions) {
      const [row] = await warehouse.use((session) =>
        session.query(`SELECT count(*) AS members FROM dim_${dimension} WHERE ${dimension}_id = 0`),
      )
      expect([dimension, row?.members]).toEqual([dimension, '1'])
    }
  })

  it('declares every foreign key of the facts, all of them valid', async () => {
    const warehouse = await open()
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT c.conrelid::regclass::text AS table, count(*)::integer AS keys, bool_and(c.convalidated) AS valid
           FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
          WHERE c.contype = 'f' AND r.relname LIKE 'fact%' AND NOT r.relispartition
            AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
          GROUP BY 1 ORDER BY 1`,
      ),
    )
    expect(rows).toEqual([
      { table: 'fact_action_metrics', keys: 6, valid: true },
      { table: 'fact_age_gender_metrics', keys: 7, valid: true },
      { table: 'fact_core_metrics', keys: 5, valid: true },
      { table: 'fact_country_metrics', keys: 6, valid: true },
    ])
  })

  it('explains every table, view and column', async () => {
    const warehouse = await open()
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT c.relname, a.attname FROM pg_class c
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL
          WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
            AND c.relkind IN ('r', 'p', 'v')
            AND (a.attname IS NOT NULL OR obj_description(c.oid, 'pg_class') IS NULL)`,
      ),
    )
    expect(rows).toEqual([])
  })
})

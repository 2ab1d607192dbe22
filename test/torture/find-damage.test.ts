import { expect, it } from 'vitest'
import {
  findDamage,
  findDifferences,
  readState,
  type WarehouseState,
} from '../../scripts/torture/kill/find-damage.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const WORLD = createWorld({ seed: 3, nowMs: NOW, ads: 4, days: 10 })

describeOnEachWarehouse('what a kill has done to a warehouse', (open) => {
  async function openSynced(): Promise<{ warehouse: Warehouse; undisturbed: WarehouseState }> {
    const warehouse = await open()
    const { run } = createTestSync(warehouse, { world: WORLD, settings: { firstPullDays: 3 } })
    const { summary } = await run({ days: 3 })
    expect(summary.status).toBe('succeeded')
    const undisturbed = await warehouse.use((session) => readState(session, warehouse.schema))
    return { warehouse, undisturbed }
  }

  /** Runs the statements unseen by foreign keys, and looks before they are taken back. */
  async function damage(
    statements: readonly string[],
    look: 'after a kill' | 'in the end' = 'after a kill',
  ): Promise<string[]> {
    const { warehouse, undisturbed } = await openSynced()
    const { schema } = warehouse
    return warehouse.use((session) =>
      session.transaction(async () => {
        await session.query('SET LOCAL session_replication_role TO replica')
        for (const statement of statements) await session.query(statement)
        return look === 'after a kill'
          ? findDamage(session, schema, undisturbed)
          : findDifferences(await readState(session, schema), undisturbed)
      }),
    )
  }

  it('is nothing when nothing was done, or nothing is there', async () => {
    expect(await damage([])).toEqual([])
    expect(await damage([], 'in the end')).toEqual([])
    const { warehouse, undisturbed } = await openSynced()
    await warehouse.use((session) => session.query(`DROP SCHEMA ${warehouse.schema} CASCADE`))
    expect(await warehouse.use((session) => findDamage(session, warehouse.schema, undisturbed))).toEqual([])
  })

  it('is a foreign key that does not hold', async () => {
    const [found] = await damage(['DELETE FROM dim_country WHERE country_id <> 0'])
    expect(found).toMatch(/^fact_country_metrics_country_fkey: \d+ rows of fact_country_metrics without/)
  })

  it('is a loaded slice without one of its rows', async () => {
    const found = await damage([
      'DELETE FROM fact_core_metrics WHERE ad_id = (SELECT min(ad_id) FROM fact_core_metrics)',
    ])
    expect(found.length).toBeGreaterThan(0)
    for (const text of found)
      expect(text).toMatch(/^loaded, but fact_core_metrics of \d+ on 202611\d\d: .* lacks/)
  })

  it('is facts of slices that are not loaded', async () => {
    const found = await damage(["DELETE FROM etl_slice WHERE report = 'country'"])
    expect(found).toHaveLength(3)
    for (const text of found) expect(text).toMatch(/^not loaded, but there are \d+ rows of fact_country/)
  })

  it('is not that facts wait to become a partition, unless a row of theirs is lost, or their slice', async () => {
    const build = 'fact_country_metrics_202611_build'
    const waiting = [
      `CREATE TABLE ${build} (LIKE fact_country_metrics INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
      `INSERT INTO ${build} SELECT * FROM fact_country_metrics`,
      'DROP TABLE fact_country_metrics_202611',
      `INSERT INTO etl_built_slice SELECT account_id, report, date, row_count, fingerprint, run_id, loaded_at
         FROM etl_slice WHERE report = 'country'`,
      "DELETE FROM etl_slice WHERE report = 'country'",
    ]
    expect(await damage(waiting)).toEqual([])
    const [lost] = await damage([
      ...waiting,
      `DELETE FROM ${build} WHERE ad_id = (SELECT min(ad_id) FROM ${build})`,
    ])
    expect(lost).toMatch(/^loaded, but fact_country_metrics of .* lacks/)
    const [unknown] = await damage([...waiting, 'DELETE FROM etl_built_slice'])
    expect(unknown).toMatch(/^not loaded, but there are \d+ rows of fact_country/)
    const [orphan] = await damage([...waiting, 'DELETE FROM dim_country WHERE country_id <> 0'])
    expect(orphan).toMatch(new RegExp(`^fact_country_metrics_country_fkey: \\d+ rows of ${build} without`))
  })

  it('is half a schema, or more than that', async () => {
    expect(
      await damage([
        'DROP VIEW v_ad_daily',
        'CREATE TABLE aside (ad_id bigint)',
        'CREATE SEQUENCE numbers',
        "CREATE TYPE mood AS ENUM ('good')",
        'ALTER TABLE dim_ad ADD CONSTRAINT sane CHECK (ad_id > -1) NOT VALID',
      ]),
    ).toEqual([
      'not there: relation v_ad_daily v',
      'left behind: column aside ad_id bigint',
      "left behind: constraint dim_ad sane CHECK ((ad_id > '-1'::integer)) NOT VALID",
      'left behind: relation aside r',
      'left behind: relation numbers S',
      'left behind: type mood',
      "not valid: constraint dim_ad sane CHECK ((ad_id > '-1'::integer)) NOT VALID",
    ])
  })

  it('is in the end any row that differs, but not its numbers and times', async () => {
    expect(
      await damage(
        [
          'UPDATE fact_country_metrics SET country_id = country_id + 1000 WHERE country_id <> 0',
          'UPDATE dim_country SET country_id = country_id + 1000 WHERE country_id <> 0',
          'UPDATE etl_slice SET run_id = 7, attempts = 2, loaded_at = now()',
          'UPDATE dim_ad SET updated_at = now()',
        ],
        'in the end',
      ),
    ).toEqual([])
    const [text, ...others] = await damage(
      ["UPDATE dim_ad SET name = 'other' WHERE ad_id = (SELECT max(ad_id) FROM dim_ad)"],
      'in the end',
    )
    expect(others).toEqual([])
    expect(text).toMatch(/^dim_ad: \d+ rows, expected \d+; has .*"other".*; lacks /)
  })
})

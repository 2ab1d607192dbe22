import { expect, it } from 'vitest'
import { readOnlyQuery } from '../../src/load/read-only.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

describeOnEachWarehouse('a query that reads', (open) => {
  it('gives columns in their order, also those of one name', async () => {
    const warehouse = await open()
    expect(await readOnlyQuery(warehouse, ' /* two */ (SELECT 2 AS b, 1 AS a, 3 AS b, 4 AS b_2);')).toEqual({
      columns: ['b', 'a', 'b_2', 'b_2_2'],
      rows: [{ b: 2, a: 1, b_2: 3, b_2_2: 4 }],
    })
    expect(await readOnlyQuery(warehouse, 'SELECT 1 AS one WHERE false')).toEqual({
      columns: ['one'],
      rows: [],
    })
  })

  it.each([
    'SHOW TimeZone',
    'VALUES (1)',
    'TABLE dim_gender',
    'EXPLAIN SELECT 1',
    '-- why\nwith x as (select 1) select * from x',
  ])('may be %s', async (sql) => {
    expect((await readOnlyQuery(await open(), sql)).rows.length).toBeGreaterThan(0)
  })

  it('refuses whatever writes, and several statements, and changes nothing', async () => {
    const warehouse = await open()
    const statements = [
      "INSERT INTO dim_gender (gender) VALUES ('x')",
      "WITH x AS (INSERT INTO dim_gender (gender) VALUES ('x') RETURNING 1) SELECT * FROM x",
      "EXPLAIN ANALYZE INSERT INTO dim_gender (gender) VALUES ('x')",
      "SELECT nextval(pg_get_serial_sequence('dim_gender', 'gender_id'))",
      'SELECT 1 INTO made',
      "SELECT 1; COMMIT; INSERT INTO dim_gender (gender) VALUES ('x')",
      'DROP TABLE dim_gender CASCADE',
      'COMMIT',
      "COPY dim_gender TO PROGRAM 'true'",
      'DO $$ BEGIN END $$',
      '-- SELECT\nDELETE FROM dim_gender',
      '',
    ]
    const before = await readOnlyQuery(warehouse, 'SELECT *, xmin::text FROM dim_gender ORDER BY 1')
    for (const sql of statements)
      await expect(readOnlyQuery(warehouse, sql), sql).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/was not run/),
      })
    expect(await readOnlyQuery(warehouse, 'SELECT *, xmin::text FROM dim_gender ORDER BY 1')).toEqual(before)
  })

  it('leaves no setting behind', async () => {
    const warehouse = await open()
    await readOnlyQuery(warehouse, "SELECT set_config('TimeZone', 'Asia/Tokyo', false)")
    expect((await readOnlyQuery(warehouse, 'SHOW TimeZone')).rows).toEqual([{ TimeZone: 'UTC' }])
  })

  it('passes on what the server says of a wrong statement', async () => {
    await expect(readOnlyQuery(await open(), 'SELECT no_such_column')).rejects.toThrow(/no_such_column/)
  })
})

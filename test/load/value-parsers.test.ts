import { expect, it } from 'vitest'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

describeOnEachWarehouse('a value', (open) => {
  it('keeps every digit, in json, in jsonb and in arrays, too', async () => {
    const warehouse = await open()
    const [row] = await warehouse.use((session) =>
      session.query(
        `SELECT json_agg(id) AS json, jsonb_agg(id) AS jsonb, json_agg(amount) AS amounts,
                jsonb '{"a": [1, 0.5, "x", null]}' AS short, array_agg(id) AS ids, array_agg(amount) AS exact
           FROM (VALUES (120213328950940104, 0.12345678901234567890)) AS t (id, amount)`,
      ),
    )
    expect(row).toEqual({
      json: ['120213328950940104'],
      jsonb: ['120213328950940104'],
      amounts: ['0.12345678901234567890'],
      short: { a: [1, 0.5, 'x', null] },
      ids: ['120213328950940104'],
      exact: ['0.12345678901234567890'],
    })
  })
})

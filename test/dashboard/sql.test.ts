import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sql, toReadableText, toStatement } from '../../src/dashboard/sql.ts'
import { readOnlyQuery } from '../../src/load/read-only.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

/** What a name may hold; PostgreSQL has no way to store the character 0. */
const text = fc.string({ unit: 'grapheme' }).map((value) => value.toWellFormed().replaceAll('\0', ''))

describeOnEachWarehouse('a statement of the dashboard', (open) => {
  it('answers the same with its values as parameters and written out for a person', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(text, fc.array(text), fc.integer(), async (one, list, number) => {
        const query = sql`SELECT ${one}::text AS one, ${list}::text[] AS list, ${number}::integer AS number`
        const { text: statement, params } = toStatement(query)
        const [asked] = (await readOnlyQuery(warehouse, statement, params)).rows
        const [pasted] = (await readOnlyQuery(warehouse, toReadableText(query))).rows
        expect(asked).toEqual({ one, list, number })
        expect(pasted).toEqual(asked)
      }),
      propertyOptions(4),
    )
  })
})

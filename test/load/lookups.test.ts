import { expect, it } from 'vitest'
import { createLookups } from '../../src/load/lookups.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const read = (warehouse: Warehouse, sql: string) => warehouse.use((session) => session.query(sql))

describeOnEachWarehouse('the lookups', (open) => {
  it('take what is absent or literally unknown for the member 0, and nothing else', async () => {
    const warehouse = await open()
    const idOf = await createLookups().idsOf(warehouse, 'gender', [
      null,
      '',
      'unknown',
      'Unknown',
      ' male ',
      'diverse',
    ])
    expect([null, '', 'unknown', 'Unknown'].map(idOf)).toEqual(['0', '0', '0', '0'])
    expect(idOf('diverse')).not.toBe('0')
    expect(idOf('Male')).toBe(idOf(' male '))
    expect(() => idOf('never asked for')).toThrow(/never asked for/)
  })

  it('find the members that are there from the first day', async () => {
    const warehouse = await open()
    const lookups = createLookups()
    await lookups.idsOf(warehouse, 'country', ['us', 'DE'])
    await lookups.idsOf(warehouse, 'age_group', ['18-24', '65+'])
    await lookups.idsOf(warehouse, 'action_type', ['link_click', 'omni_purchase'])
    expect(await read(warehouse, 'SELECT count(*) AS n FROM dim_country')).toEqual([{ n: '250' }])
    expect(await read(warehouse, 'SELECT count(*) AS n FROM dim_age_group')).toEqual([{ n: '8' }])
    expect(await read(warehouse, "SELECT country_name FROM dim_country WHERE country_code = 'DE'")).toEqual([
      { country_name: 'Germany' },
    ])
  })

  it('sort a new action type into its category, and name a new country by its code', async () => {
    const warehouse = await open()
    const lookups = createLookups()
    await lookups.idsOf(warehouse, 'action_type', ['onsite_web_teleport', 'offsite_conversion.custom.77'])
    await lookups.idsOf(warehouse, 'country', ['qx'])
    expect(
      await read(
        warehouse,
        `SELECT action_type, category, is_canonical FROM dim_action_type ORDER BY action_type_id DESC LIMIT 2`,
      ),
    ).toEqual([
      { action_type: 'onsite_web_teleport', category: 'other', is_canonical: false },
      { action_type: 'offsite_conversion.custom.77', category: 'custom_conversion', is_canonical: false },
    ])
    expect(
      await read(
        warehouse,
        'SELECT country_code, country_name FROM dim_country ORDER BY country_id DESC LIMIT 1',
      ),
    ).toEqual([{ country_code: 'QX', country_name: 'QX' }])
  })

  it('give a member one id and use no number twice or in vain, however many processes ask at once', async () => {
    const warehouse = await open()
    const [before] = await read(warehouse, 'SELECT max(age_group_id) AS id FROM dim_age_group')
    const processes = [1, 2, 3, 4].map(() => createLookups())
    const asked = ['80+', '70-79', '18-24']
    const answers = await Promise.all(
      processes.map((lookups) => lookups.idsOf(warehouse, 'age_group', asked)),
    )
    expect(new Set(answers.map((idOf) => asked.map(idOf).join())).size).toBe(1)
    const added = await read(
      warehouse,
      `SELECT age_group_id AS id FROM dim_age_group WHERE age_group_id > ${before?.id} ORDER BY 1`,
    )
    expect(added).toEqual([{ id: String(Number(before?.id) + 1) }, { id: String(Number(before?.id) + 2) }])
  })
})

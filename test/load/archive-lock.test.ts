import { expect, it, onTestFinished } from 'vitest'
import { withArchiveLock } from '../../src/load/archive/archive-lock.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import { serverOptions } from '../support/warehouses.ts'

it('two do not archive months of one warehouse at once', async () => {
  const warehouse = await openPostgres(serverOptions())
  onTestFinished(() => warehouse.close())
  const second = () => withArchiveLock(warehouse, async () => 'second')
  await withArchiveLock(warehouse, () => expect(second()).rejects.toThrow('Somebody else archives'))
  await expect(withArchiveLock(warehouse, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  )
  expect(await second()).toBe('second')
})

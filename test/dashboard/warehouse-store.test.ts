import { expect, it } from 'vitest'
import { WarehouseStore } from '../../src/cli/serve/warehouse-store.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { NOW } from '../support/test-sync.ts'

/** Only its identity matters here. */
const [made, found] = [{ location: 'made' }, { location: 'found' }] as unknown as [Warehouse, Warehouse]

it('what is not there is looked for again after a while, and then kept', async () => {
  const clock = createTestClock(() => 0.5, NOW)
  let looks = 0
  const open = async () => {
    looks += 1
    if (looks < 2) throw new Error('not there')
    return found
  }
  const store = new WarehouseStore(open, open, clock)
  await expect(store.forReading()).rejects.toThrow('not there')
  await expect(store.forReading()).rejects.toThrow('not there')
  expect(looks).toBe(1)
  clock.advance(3_001)
  expect(await store.forReading()).toBe(found)
  clock.advance(60_000)
  expect(await store.forReading()).toBe(found)
  expect(looks).toBe(2)
})

it('what a sync has made is read from then on, also by who was still looking when it began', async () => {
  const clock = createTestClock(() => 0.5, NOW)
  const looking = Promise.withResolvers<Warehouse>()
  let looks = 0
  const store = new WarehouseStore(
    () => {
      looks += 1
      return looking.promise
    },
    async () => made,
    clock,
  )
  const reader = store.forReading().catch((error: Error) => error.message)
  const loader = store.forLoading()
  looking.reject(new Error('not there'))
  expect(await reader).toBe('not there')
  expect(await loader).toBe(made)
  clock.advance(60_000)
  expect(await store.forReading()).toBe(made)
  expect(looks).toBe(1)
})

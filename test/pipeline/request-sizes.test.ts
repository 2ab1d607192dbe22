import { expect, it } from 'vitest'
import { GraphError } from '../../src/extract/graph-error.ts'
import type { RequestSize } from '../../src/model/request-size.ts'
import { LARGEST } from '../../src/pipeline/request-size.ts'
import { createRequestSizes, type RequestSizes } from '../../src/pipeline/request-sizes.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAY_MS = 86_400_000
const TOO_HEAVY = new GraphError({
  kind: 'too-much-data',
  text: 'less',
  what: 'GET act_1',
  accountId: ACCOUNT,
})

/** Requests of seven days, each tried until it is small enough; returns how often one was too heavy. */
async function ask(
  sizes: RequestSizes,
  times: number,
  fits: (size: RequestSize, days: number) => boolean,
): Promise<number> {
  let failures = 0
  for (let i = 0; i < times; i += 1) {
    for (;;) {
      const attempt = sizes.attempt('core', 7)
      const days = attempt.size.days ?? 7
      if (fits(attempt.size, days)) {
        await attempt.succeeded()
        break
      }
      failures += 1
      expect(await attempt.tooHeavy(days, TOO_HEAVY)).not.toBeNull()
    }
  }
  return failures
}

const upToTwoDays = (size: RequestSize, days: number) => size.mode === 'async' && days <= 2
const anything = () => true

describeOnEachWarehouse('the sizes of requests', (open) => {
  it('are those that worked, in this sync and in the next', async () => {
    const warehouse = await open()
    const first = await createRequestSizes(warehouse, ACCOUNT, () => 0)
    expect(first.attempt('core', 7).size).toEqual(LARGEST)
    expect(await ask(first, 3, upToTwoDays)).toBe(3)
    const next = await createRequestSizes(warehouse, ACCOUNT, () => DAY_MS)
    expect(next.attempt('core', 7).size).toEqual({ ...LARGEST, mode: 'async', days: 2 })
    expect(next.attempt('country', 7).size).toEqual(LARGEST)
    expect(await ask(next, 100, upToTwoDays)).toBe(0)
  })

  it('try a step more a week after a refusal, at the price of one refused request a week', async () => {
    const warehouse = await open()
    let now = 0
    let failures = 0
    for (let day = 0; day < 29; day += 1) {
      now = day * DAY_MS
      failures += await ask(await createRequestSizes(warehouse, ACCOUNT, () => now), 12, upToTwoDays)
    }
    // At first three, then one on each of the days 7, 14, 21 and 28.
    expect(failures).toBe(3 + 4)
  })

  it('grow back step by step once the API gives more, and are forgotten when nothing is left to remember', async () => {
    const warehouse = await open()
    await ask(await createRequestSizes(warehouse, ACCOUNT, () => 0), 1, upToTwoDays)
    const sizes = await createRequestSizes(warehouse, ACCOUNT, () => 8 * DAY_MS)
    const seen = new Set<string>()
    for (let i = 0; i < 60; i += 1) {
      const { mode, days } = sizes.attempt('core', 7).size
      seen.add(`${mode} ${days}`)
      await ask(sizes, 1, anything)
    }
    expect([...seen]).toEqual(['async 2', 'async 4', 'async null', 'sync null'])
    const rows = await warehouse.use((session) => session.query('SELECT * FROM etl_request_size'))
    expect(rows).toEqual([])
  })

  it('are not shrunk twice by two requests that were too heavy at the same size', async () => {
    const sizes = await createRequestSizes(await open(), ACCOUNT, () => 0)
    const [one, other] = [sizes.attempt('core', 7), sizes.attempt('core', 7)]
    const asyncRun = { ...LARGEST, mode: 'async' }
    expect(await one.tooHeavy(7, TOO_HEAVY)).toEqual(asyncRun)
    expect(await other.tooHeavy(7, TOO_HEAVY)).toEqual(asyncRun)
  })

  it('are told from the pages that a request has shrunk while it was read', async () => {
    const sizes = await createRequestSizes(await open(), ACCOUNT, () => 0)
    const attempt = sizes.attempt('core', 7)
    await attempt.onLess({ ...LARGEST, pageLimit: 62 }, TOO_HEAVY)
    await attempt.succeeded()
    expect(sizes.attempt('core', 7).size).toEqual({ ...LARGEST, pageLimit: 62 })
  })
})

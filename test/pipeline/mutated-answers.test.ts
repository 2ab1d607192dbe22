import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSurvivorLoader } from '../../scripts/torture/fuzz/load-survivors.ts'
import { createTrials, type Trials } from '../../scripts/torture/fuzz/trial.ts'
import { openWire, type Wire } from '../../scripts/torture/fuzz/wire.ts'
import { hash } from '../../src/simulator/world/random.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

describeOnEachWarehouse('an answer of which something was changed', (open) => {
  let wire: Wire
  let trials: Trials
  beforeAll(async () => {
    wire = await openWire()
    trials = await createTrials(wire)
  })
  afterAll(() => wire.close())

  it('is loaded exactly, rejected with a reason, or fails with a clear error', async () => {
    const { numRuns, seed = 1 } = propertyOptions(12)
    const loader = await createSurvivorLoader(await open(), trials.accountId)
    const tried = []
    for (let index = 0; index < numRuns; index += 1) tried.push(await trials.run(hash(seed, index)))
    const wrong = tried.filter(({ problems }) => problems.length > 0)
    expect(
      wrong.map(({ seed, reading, mutation, problems }) => ({ seed, reading, mutation, problems })),
    ).toEqual([])
    expect(await loader.load(tried)).toEqual([])
    // That the trials try anything out.
    expect(loader.rows).toBeGreaterThan(numRuns / 10)
    expect(new Set(tried.map(({ reading }) => reading)).size).toBeGreaterThan(10)
    expect(tried.filter(({ failure }) => failure !== null).length).toBeGreaterThan(numRuns / 10)
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GraphError } from '../../src/extract/graph-error.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { addDays, dayIn, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { FACT_TABLE_NAMES } from '../../src/model/fact.ts'
import { REPORT_NAMES, REPORTS } from '../../src/model/report.ts'
import { TRANSPORT_FAULTS } from '../../src/simulator/graph/faults.ts'
import { ERROR_NAMES } from '../../src/simulator/graph/named-errors.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { readFacts, sorted } from '../support/fact-model.ts'
import { forgetAccounts } from '../support/forget-accounts.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'
import { worldFacts } from '../support/world-facts.ts'

/** A server obeys the same laws, at a higher price. */
const SHARE = { pglite: 1, postgres: 0.2 }

/** Days that Meta restates no more, however long a sync waits. */
const UNTIL = addDays(dayIn('America/Los_Angeles', NOW), -32)
const SINCE = addDays(UNTIL, -3)

const scenario = fc.record({
  seed: fc.nat(1_000_000),
  ads: fc.integer({ min: 1, max: 4 }),
  chunkDays: fc.constantFrom(1, 2, 7),
  faults: fc.array(
    fc.record({
      error: fc.constantFrom(...TRANSPORT_FAULTS, ...ERROR_NAMES),
      after: fc.nat(12),
      times: fc.integer({ min: 1, max: 6 }),
    }),
    { maxLength: 5 },
  ),
  fates: fc.array(fc.constantFrom('stuck', 'skipped', 'late-to-exist', 'full-while-running'), {
    maxLength: 2,
  }),
  /** At which call the sync is interrupted. */
  interruptAt: fc.option(fc.integer({ min: 1, max: 20 })),
})

describeOnEachWarehouse('whatever goes wrong', (open) => {
  it('the warehouse holds whole slices of the world, a success means all of them, and the next sync brings the rest', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, ads, chunkDays, faults, fates, interruptAt }) => {
        const world = createWorld({ seed, ads, nowMs: NOW, days: 40 })
        const asked = { since: SINCE, until: UNTIL }
        await forgetAccounts(warehouse)
        const troubled = createTestSync(warehouse, { world, settings: { chunkDays } })
        const interrupt = new AbortController()
        const reason = new Error('interrupted')
        for (const fault of faults) troubled.simulator.fail(fault)
        for (const fate of fates) troubled.simulator.scriptRun(fate)
        if (interruptAt !== null) {
          let calls = 0
          const where = () => {
            calls += 1
            if (calls === interruptAt) interrupt.abort(reason)
            return false
          }
          troubled.simulator.fail({ error: 'unknown', match: { where } })
        }
        const outcome = await troubled
          .run(asked, { signal: interrupt.signal })
          .then(({ summary }) => summary.status)
          .catch((error: unknown) => error)
        if (typeof outcome !== 'string' && outcome !== reason) expect(outcome).toBeInstanceOf(GraphError)
        const loaded = await expectWholeSlices(warehouse, world)
        const all = REPORT_NAMES.length * daysOf(SINCE, UNTIL).length
        if (outcome === 'succeeded') expect(loaded).toBe(all)
        if (outcome === 'failed') expect(loaded).toBe(0)

        // The next simulator is another API: it gives the same numbers to other report runs.
        await warehouse.use((session) => session.query('DELETE FROM etl_report_run'))
        const { summary } = await createTestSync(warehouse, { world, settings: { chunkDays } }).run(asked)
        expect(summary).toMatchObject({ status: 'succeeded', slices: { planned: all, loaded: all - loaded } })
        expect(await expectWholeSlices(warehouse, world)).toBe(all)
      }),
      propertyOptions(SHARE[warehouse.kind]),
    )
  }, 600_000)
})

/** The facts are exactly those of the slices that the ledger calls loaded; returns how many these are. */
async function expectWholeSlices(warehouse: Warehouse, world: World): Promise<number> {
  const slices = await warehouse.use((session) =>
    session.query("SELECT account_id, report, date FROM etl_slice WHERE status = 'loaded'"),
  )
  for (const table of FACT_TABLE_NAMES) {
    const expected = slices
      .filter(({ report }) => REPORT_NAMES.some((name) => name === report && isTableOf(name, table)))
      .flatMap(({ account_id, date }) => {
        const account = world.account(String(account_id))
        if (account === undefined) throw new RangeError(`no account ${account_id}`)
        return worldFacts(table, { world, account, days: [parseCalendarDate(String(date))], nowMs: NOW })
      })
    expect(sorted(await readFacts(warehouse, table)), table).toEqual(sorted(expected))
  }
  return slices.length
}

function isTableOf(report: (typeof REPORT_NAMES)[number], table: string): boolean {
  return REPORTS[report].tables.some((name) => name === table)
}

import { expect, it } from 'vitest'
import { addDays, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { SimulatedCall } from '../../src/simulator/graph/call.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { expectFacts } from '../support/expect-world.ts'
import { createTestSync, eventsOf, NOW, type TestSync } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const UNTIL = parseCalendarDate('2026-11-04')
const ASKED = { since: addDays(UNTIL, -1), until: UNTIL }
const SIZE = { seed: 3, nowMs: NOW, ads: 20, days: 4 }

function refuse(sync: TestSync, message: string, where: (call: SimulatedCall) => boolean): void {
  sync.simulator.fail({
    error: { code: 100, message: `(#100) ${message}` },
    match: { edge: 'insights', where },
    times: Number.POSITIVE_INFINITY,
  })
}

function refuseField(sync: TestSync, field: string): void {
  const message = `${field} is not valid for fields param. please check https://developers.facebook.com/docs`
  refuse(
    sync,
    message,
    ({ params }) => params.level === 'ad' && (params.fields ?? '').split(',').includes(field),
  )
}

describeOnEachWarehouse('a field that the API refuses', (open) => {
  it.each([
    ['spend', 'spend', '0'],
    ['reach', 'reach', null],
    ['actions', 'purchases', '0'],
    ['video_play_actions', 'video_plays', '0'],
  ])('is left out loudly: without %s, %s is %s, and the rest as ever', async (field, measure, value) => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world: createWorld(SIZE),
      settings: { maxWorkers: 1, chunkDays: 1 },
    })
    refuseField(sync, field)
    const { summary, events } = await sync.run(ASKED)
    expect(summary).toMatchObject({ status: 'succeeded', slices: { loaded: 6, failed: 0 } })
    expect(eventsOf(events, 'field-dropped').map((event) => event.field)).toEqual([field])
    expect(sync.refusals).toHaveLength(1)
    expect(summary.checks.find(({ name }) => name === 'refused_fields')).toMatchObject({
      status: 'warn',
      measured: '1',
      detail: expect.stringMatching(new RegExp(`${field} of act_\\d+ \\(Northwind Outdoor\\)`)),
    })
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT DISTINCT ${measure} AS value, (sum(impressions) OVER ()) > 0 AS shown FROM fact_core_metrics`,
      ),
    )
    expect(rows).toEqual([{ value, shown: true }])
  })

  it('is asked for again by the next run', async () => {
    const sync = createTestSync(await open(), { world: createWorld(SIZE), settings: { maxWorkers: 1 } })
    refuseField(sync, 'reach')
    await sync.run(ASKED)
    const { events } = await sync.run(ASKED)
    expect(eventsOf(events, 'field-dropped')).toHaveLength(1)
  })

  it('fails the reports when it says whose a row is', async () => {
    const sync = createTestSync(await open(), { world: createWorld(SIZE) })
    refuseField(sync, 'ad_id')
    const { summary } = await sync.run(ASKED)
    expect(summary).toMatchObject({ status: 'failed', slices: { loaded: 0, failed: 6 } })
  })
})

describeOnEachWarehouse('a breakdown that the API refuses', (open) => {
  it('fails its report alone, and is asked for once', async () => {
    const warehouse = await open()
    const world = createWorld(SIZE)
    const sync = createTestSync(warehouse, { world, settings: { maxWorkers: 1, chunkDays: 1 } })
    const message = 'Current combination of data breakdown columns (action_type, country) is invalid'
    refuse(sync, message, ({ params }) => params.breakdowns?.includes('country') ?? false)
    const { summary, events } = await sync.run(ASKED)
    expect(summary).toMatchObject({ status: 'partial', failedAccounts: [], slices: { loaded: 4, failed: 2 } })
    expect(
      eventsOf(events, 'slices-failed').map(({ request, error }) => [request.report, error.message]),
    ).toEqual([
      ['country', expect.stringContaining(message)],
      ['country', expect.stringContaining(message)],
    ])
    expect(sync.refusals).toHaveLength(1)
    const tables = ['fact_core_metrics', 'fact_age_gender_metrics', 'fact_action_metrics'] as const
    await expectFacts(warehouse, world, daysOf(ASKED.since, ASKED.until), NOW, tables)
  })
})

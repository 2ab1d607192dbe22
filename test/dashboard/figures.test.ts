import Big from 'big.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MEASURE_NAMES, MEASURES, type Measure, type MeasureName } from '../../src/dashboard/measures.ts'
import { OBJECT_LEVELS } from '../../src/dashboard/object-level.ts'
import type { AgeGenderRow, CountryRow, Segmented } from '../../src/dashboard/panels/audience.ts'
import type { Objects } from '../../src/dashboard/panels/objects.ts'
import type { Overview } from '../../src/dashboard/panels/overview.ts'
import type { Scope } from '../../src/dashboard/scope.ts'
import { readOnlyQuery } from '../../src/load/read-only.ts'
import type { Row, Warehouse } from '../../src/load/session.ts'
import { addDays, dayIn, toDateId } from '../../src/model/calendar-date.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, DAY_MS, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'
import { openDashboard } from './support.ts'

const DAYS = 20

async function readAll(warehouse: Warehouse, sql: string): Promise<Row[]> {
  return (await readOnlyQuery(warehouse, sql)).rows
}

/** A measure of plain rows, reckoned without SQL; null where there is nothing to divide by. */
function figureOf(name: MeasureName, rows: readonly Row[]): Big | null {
  const { sum, per, times = 1 }: Measure = MEASURES[name]
  const total = (column: string) => rows.reduce((all, row) => all.plus(String(row[column] ?? 0)), new Big(0))
  if (per === undefined) return total(sum)
  return total(per).eq(0) ? null : total(sum).times(times).div(total(per))
}

function expectFigure(
  name: MeasureName,
  shown: string | null | undefined,
  rows: readonly Row[],
  what: string,
): void {
  const expected = figureOf(name, rows)
  if (rows.length === 0) expect(shown ?? null, `${what} ${name} of nothing`).toBeNull()
  else if (expected === null) expect(shown, `${what} ${name}`).toBeNull()
  else
    expect(
      new Big(String(shown)).minus(expected).abs().lte('0.000000001'),
      `${what} ${name}: ${shown}, not ${expected}`,
    ).toBe(true)
}

describeOnEachWarehouse('the figures of the dashboard', (open) => {
  it('are those of the facts, added up anew, for any filter; totals are of all rows, and no currency meets another', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 11, nowMs: NOW, ads: 24, days: DAYS, accounts: 4 })
    await createTestSync(warehouse, { world }).run({ days: DAYS })
    const facts = await readAll(
      warehouse,
      `SELECT f.*, c.effective_status, a.currency FROM fact_core_metrics f
       JOIN dim_campaign c ON c.campaign_id = f.campaign_id JOIN dim_account a ON a.account_id = f.account_id`,
    )
    const byAge = await readAll(
      warehouse,
      'SELECT f.*, g.gender, a.age_group AS age FROM fact_age_gender_metrics f JOIN dim_gender g ON g.gender_id = f.gender_id JOIN dim_age_group a ON a.age_group_id = f.age_group_id',
    )
    const byCountry = await readAll(
      warehouse,
      'SELECT f.*, c.country_code AS code FROM fact_country_metrics f JOIN dim_country c ON c.country_id = f.country_id',
    )
    const today = dayIn('UTC', NOW)
    const { read, errors } = openDashboard(warehouse)
    const ids = (key: string) => [...new Set(facts.map((row) => String(row[key])))]

    await fc.assert(
      fc.asyncProperty(
        fc.record({
          accounts: fc.subarray(ids('account_id')),
          campaigns: fc.oneof(fc.constant<string[]>([]), fc.subarray(ids('campaign_id'), { maxLength: 4 })),
          statuses: fc.subarray(['ACTIVE', 'PAUSED', 'OTHER']),
          from: fc.integer({ min: 0, max: DAYS + 3 }),
          length: fc.integer({ min: 0, max: DAYS }),
          level: fc.constantFrom(...OBJECT_LEVELS),
        }),
        async ({ accounts, campaigns, statuses, from, length, level }) => {
          const since = addDays(today, -from)
          const until = addDays(since, length)
          const filter = new URLSearchParams({
            acc: accounts.join(','),
            c: campaigns.join(','),
            st: statuses.join(','),
            since,
            until,
          })
          const { data: scope } = await read<Scope>(`/api/scope?${filter}`)
          const inAccounts = new Set(scope.accounts.map(({ id }) => id))
          expect(new Set(scope.accounts.map(({ currency }) => currency)).size).toBe(1)
          const group = (status: unknown) => (status === 'ACTIVE' || status === 'PAUSED' ? status : 'OTHER')
          const statusOf = new Map(facts.map((row) => [row.campaign_id, group(row.effective_status)]))
          const isIn = (row: Row) =>
            inAccounts.has(String(row.account_id)) &&
            Number(row.date_id) >= toDateId(since) &&
            Number(row.date_id) <= toDateId(until) &&
            (campaigns.length === 0 || campaigns.includes(String(row.campaign_id))) &&
            (statuses.length === 0 || statuses.includes(String(statusOf.get(row.campaign_id))))
          const rows = facts.filter(isIn)

          const { data: overview } = await read<Overview>(`/api/panel/overview?${filter}`)
          for (const [name, shown] of Object.entries(overview.current.total))
            if (Object.hasOwn(MEASURES, name)) expectFigure(name as MeasureName, shown, rows, 'overview')
          for (const day of overview.current.days)
            expectFigure(
              'ctr',
              day.ctr,
              rows.filter((row) => Number(row.date_id) === toDateId(day.date)),
              day.date,
            )

          const columns = MEASURE_NAMES.join(',')
          const { data: objects } = await read<Objects>(
            `/api/panel/objects?${filter}&level=${level}&cols=${columns}&sort=-roas`,
          )
          const key = `${level}_id`
          expect(objects.all?.count).toBe(new Set(rows.map((row) => row[key])).size)
          for (const name of MEASURE_NAMES)
            expectFigure(name, objects.all?.totals[name], rows, `all of ${level}`)
          for (const object of objects.rows)
            for (const name of MEASURE_NAMES)
              expectFigure(
                name,
                object[name],
                rows.filter((row) => row[key] === object.id),
                `${level} ${object.id}`,
              )
          const order = objects.rows.map(({ roas }) => (roas == null ? -1 : Number(roas)))
          expect(order).toEqual([...order].sort((a, b) => b - a))

          const { data: ages } = await read<Segmented<AgeGenderRow>>(`/api/panel/age-gender?${filter}`)
          for (const row of ages.rows)
            for (const name of ['spend', 'cpm', 'roas'] as const)
              expectFigure(
                name,
                row[name],
                byAge.filter((fact) => isIn(fact) && fact.age === row.age && fact.gender === row.gender),
                row.age,
              )
          expectFigure('spend', ages.total.spend, rows, 'without a breakdown')
          const { data: countries } = await read<Segmented<CountryRow>>(`/api/panel/country?${filter}`)
          for (const row of countries.rows)
            for (const name of ['spend', 'conversion_rate'] as const)
              expectFigure(
                name,
                row[name],
                byCountry.filter((fact) => isIn(fact) && fact.code === row.code),
                row.code,
              )
        },
      ),
      propertyOptions(1),
    )
    expect(errors).toEqual([])
  })

  it('a day that is not loaded is said to be missing, one without delivery to be empty, one that is archived to be that', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 6, days: 30, accounts: 1 })
    const sync = createTestSync(warehouse, { world })
    const { summary } = await sync.run({ days: 6 })
    const { read } = openDashboard(warehouse)
    const today = summary.until
    if (today === null) throw new Error('The sync had no days.')
    await warehouse.use((session) =>
      session.query(`DELETE FROM etl_slice WHERE report = 'core' AND date = $1::date`, [addDays(today, -2)]),
    )
    await warehouse.use((session) =>
      session.query(
        `UPDATE etl_slice SET status = 'failed', loaded_at = NULL WHERE report = 'core' AND date = $1::date`,
        [addDays(today, -3)],
      ),
    )
    await warehouse.use((session) =>
      session.query(`UPDATE etl_slice SET row_count = 0 WHERE report = 'core' AND date = $1::date`, [
        addDays(today, -4),
      ]),
    )
    await warehouse.use((session) =>
      session.query(
        `UPDATE etl_slice SET loaded_at = loaded_at + interval '40 days' WHERE report = 'core' AND date = $1::date`,
        [addDays(today, -5)],
      ),
    )
    await warehouse.use((session) =>
      session.query(`UPDATE etl_slice SET status = 'archived' WHERE report = 'core' AND date = $1::date`, [
        addDays(today, -1),
      ]),
    )
    const { data } = await read<Scope>(`/api/scope?since=${addDays(today, -6)}&until=${today}`)
    expect(data.days).toEqual(['missing', 'settled', 'empty', 'failed', 'missing', 'archived', 'settling'])
    expect(data.obstacle).toBe('4 of 7 days are not loaded')
    const whole = await read<Scope>(`/api/scope?since=${addDays(today, -1)}&until=${today}`)
    expect(whole.data.obstacle).toBe('1 of 2 days are archived')
  })

  it('panels that are asked for at once read their scope once, and each later one anew', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 4, days: 4, accounts: 1 })
    await createTestSync(warehouse, { world }).run({ days: 4 })
    let scopes = 0
    const { read } = openDashboard({
      ...warehouse,
      use: (body) =>
        warehouse.use((session) =>
          body({
            ...session,
            queryTable(sql, params) {
              if (/min\(date\) AS first/.test(sql)) scopes += 1
              return session.queryTable(sql, params)
            },
          }),
        ),
    })
    await Promise.all(['overview', 'movers', 'country'].map((name) => read(`/api/panel/${name}`)))
    expect(scopes).toBe(1)
    await Promise.all([read('/api/panel/overview'), read('/api/panel/overview?range=last_7d')])
    expect(scopes).toBe(3)
  })

  it('an address that asks for what is not there is answered with what is, and says so', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 4, days: 4, accounts: 1 })
    await createTestSync(warehouse, { world }).run({ days: 4 })
    const { read, ask } = openDashboard(warehouse)
    const notesOf = async (query: string) =>
      (await read<Scope>(`/api/scope?${query}`)).data.notes.map(({ text }) => text)
    expect(await notesOf('')).toEqual([])
    expect(await notesOf('c=999')).toEqual(['This link asks for a campaign that is not loaded (999).'])
    expect(await notesOf('acc=999')).toEqual(['This link asks for an account that is not loaded (999).'])
    expect(await notesOf('range=last_weak')).toEqual(['There is no “last_weak”; the last 28 days are shown.'])
    expect(await notesOf('since=2026-11-05&until=2026-11-01')).toEqual([
      'The first day is after the last; 2026-11-01 to 2026-11-05 is shown.',
    ])
    expect(await notesOf('since=2010-01-01&until=2026-11-05')).toEqual([
      expect.stringMatching(/^At most 1127 days are shown, .* before 2023-10/),
    ])
    expect(await notesOf('cur=XXX')).toEqual(['No account here has the currency XXX.'])
    const unknown = await ask('/api/panel/object?level=campaign&id=999')
    expect(unknown.status).toBe(400)
    expect(await unknown.json()).toEqual({
      kind: 'request',
      message: 'There is no campaign 999 in this warehouse.',
    })
  })

  it('what costs and brings nothing is the dearest; facts without a parent are not lost from a footer', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 20, days: 6, accounts: 1 })
    await createTestSync(warehouse, { world }).run({ days: 6 })
    const change = (sql: string) => warehouse.use((session) => session.query(sql))
    await change(
      'UPDATE fact_core_metrics SET campaign_id = 0, adset_id = 0 WHERE ad_id = (SELECT min(ad_id) FROM fact_core_metrics)',
    )
    const [all] = await readAll(warehouse, 'SELECT sum(spend) AS spend FROM fact_core_metrics')
    const { read } = openDashboard(warehouse)
    for (const level of OBJECT_LEVELS) {
      const { data } = await read<Objects>(
        `/api/panel/objects?range=all&level=${level}&sort=-cost_per_purchase`,
      )
      expect(data.all?.totals.spend, level).toBe(all?.spend)
      const costs = data.rows.map((row) =>
        row.cost_per_purchase === null ? Infinity : Number(row.cost_per_purchase),
      )
      expect(costs, level).toEqual([...costs].sort((a, b) => b - a))
      expect(
        data.rows.some(({ id }) => id === '0'),
        level,
      ).toBe(level !== 'ad')
    }
  })

  it('an account that was added later is not taken for a change, and a breakdown that lacks days says so', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 8, days: 40, accounts: 4 })
    await createTestSync(warehouse, { world }).run({ days: 40 })
    const { read } = openDashboard(warehouse)
    const { data: whole } = await read<Scope>('/api/scope?range=last_7d')
    // Of one currency, so that all are shown together.
    await warehouse.use((session) => session.query("UPDATE dim_account SET currency = 'EUR'"))
    const query = 'range=last_7d'
    expect((await read<Scope>(`/api/scope?${query}`)).data.obstacle).toBeNull()
    const { accounts } = (await read<Scope>(`/api/scope?${query}`)).data
    expect(accounts.length).toBeGreaterThan(1)
    await warehouse.use((session) =>
      session.query(`DELETE FROM etl_slice WHERE account_id = $1::bigint AND date < $2::date`, [
        accounts[0]?.id,
        addDays(whole.since, -1),
      ]),
    )
    expect((await read<Scope>(`/api/scope?${query}`)).data.obstacle).toMatch(/is loaded only from/)
    await warehouse.use((session) =>
      session.query('DELETE FROM etl_slice WHERE account_id = $1::bigint', [accounts[0]?.id]),
    )
    const { data: withNew } = await read<Scope>(`/api/scope?${query}`)
    expect(withNew.obstacle).toBeNull()
    expect(new Set(withNew.days)).toEqual(new Set(whole.days))
    expect(withNew.accounts.filter(({ first }) => first === null)).toHaveLength(1)
    expect((await read<Segmented<CountryRow>>('/api/panel/country?range=last_7d')).data.holes).toBe(0)
    await warehouse.use((session) =>
      session.query(`DELETE FROM etl_slice WHERE report = 'country' AND date = $1::date`, [whole.since]),
    )
    expect((await read<Segmented<CountryRow>>('/api/panel/country?range=last_7d')).data.holes).toBe(1)
  })

  it('a day is final when it was loaded 28 days later on the clock of its account, wherever that stands', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 4, days: 6, accounts: 4 })
    await createTestSync(warehouse, { world }).run({ days: 6 })
    const { read } = openDashboard(warehouse)
    for (const { id, timeZone } of world.accounts) {
      const day = addDays(dayIn(timeZone, NOW), -3)
      for (const [hours, state] of [
        [-2, 'settling'],
        [2, 'settled'],
      ] as const) {
        // Two hours before or after the account's midnight that makes the day 28 days old.
        await warehouse.use((session) =>
          session.query(
            `UPDATE etl_slice SET loaded_at = (($1::date + 28)::timestamp AT TIME ZONE $2) + $3::integer * interval '1 hour'
             WHERE account_id = $4::bigint AND report = 'core' AND date = $1::date`,
            [day, timeZone, hours, id],
          ),
        )
        const { data } = await read<Scope>(`/api/scope?acc=${id}&since=${day}&until=${day}`)
        expect(data.days, `${timeZone} ${hours}`).toEqual([state])
      }
    }
  })

  it('days are those of the account: late in the evening of one it may be tomorrow in another', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 4, days: 4, accounts: 4 })
    await createTestSync(warehouse, { world }).run({ days: 4 })
    const { read } = openDashboard(warehouse)
    for (const account of world.accounts) {
      const { data } = await read<Scope>(`/api/scope?acc=${account.id}&range=yesterday`)
      expect(data.until).toBe(dayIn(account.timeZone, NOW - DAY_MS))
    }
  })
})

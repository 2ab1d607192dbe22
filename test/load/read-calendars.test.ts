import { expect, it } from 'vitest'
import { readCalendars, type SliceState } from '../../src/load/read-calendars.ts'
import { readStatus } from '../../src/load/read-status.ts'
import type { Warehouse } from '../../src/load/session.ts'
import {
  type CalendarDate,
  dayIn,
  daysBetween,
  daysOf,
  parseCalendarDate,
} from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { LOOKBACK_DAYS } from '../../src/model/slice.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'] as const
const ACCOUNTS = ['1003', '2004', '3005'].map(parseAccountId)
const FIRST = parseCalendarDate('2026-09-20')
const LAST = parseCalendarDate('2026-11-03')

/** Accounts of three zones, each with the same days of `core` loaded at the same moment. */
async function fill(warehouse: Warehouse, loadedAt: string, rows = 5): Promise<void> {
  await warehouse.use(async (session) => {
    for (const [i, accountId] of ACCOUNTS.entries()) {
      await session.query(
        `INSERT INTO dim_account (account_id, name, currency, timezone_name, account_status, updated_at)
         VALUES ($1::bigint, $2, 'EUR', $3, 'ACTIVE', now())`,
        [accountId, `account ${i}`, ZONES[i] ?? 'UTC'],
      )
      await session.query(
        `INSERT INTO etl_slice (account_id, report, date, status, row_count, attempts, run_id, attempted_at, loaded_at)
         SELECT $1::bigint, 'core', d.date, 'loaded', $2::bigint, 1, 1, $3::timestamptz, $3::timestamptz
           FROM dim_date d WHERE d.date BETWEEN $4::date AND $5::date`,
        [accountId, rows, loadedAt, FIRST, LAST],
      )
    }
  })
}

const change = (warehouse: Warehouse, sql: string) => warehouse.use((session) => session.query(sql))

async function statesOf(warehouse: Warehouse, nowMs: number, asked = ACCOUNTS) {
  const calendars = await readCalendars(warehouse, asked, 60, nowMs)
  return calendars.map(({ today, reports }) => ({
    today,
    states: new Map<CalendarDate, SliceState>(
      (reports[0]?.days ?? []).map(({ date, state }) => [date, state]),
    ),
  }))
}

describeOnEachWarehouse('the calendars of accounts', (open) => {
  it('tell of each day whether it may still change by the clock of its account', async () => {
    const warehouse = await open()
    // A moment at which it is three different days in these zones.
    const nowMs = Date.parse('2026-11-03T10:30:00Z')
    expect(new Set(ZONES.map((zone) => dayIn(zone, nowMs))).size).toBe(3)
    await fill(warehouse, new Date(nowMs).toISOString())
    const calendars = await statesOf(warehouse, nowMs)
    ZONES.forEach((zone, i) => {
      const today = dayIn(zone, nowMs)
      expect(calendars[i]?.today).toBe(today)
      for (const day of daysOf(FIRST, LAST))
        expect([zone, day, calendars[i]?.states.get(day)]).toEqual([
          zone,
          day,
          daysBetween(day, today) < LOOKBACK_DAYS ? 'settling' : 'settled',
        ])
    })
  })

  it('call a day missing only between days that are loaded, and after the newest one not yet read', async () => {
    const warehouse = await open()
    await fill(warehouse, '2026-11-03T20:00:00Z')
    await change(warehouse, "DELETE FROM etl_slice WHERE account_id = 3005 AND date = '2026-10-01'")
    await change(
      warehouse,
      "UPDATE etl_slice SET row_count = 0 WHERE account_id = 3005 AND date = '2026-10-02'",
    )
    await change(
      warehouse,
      `INSERT INTO etl_slice (account_id, report, date, status, attempts, run_id, attempted_at, error)
       VALUES (3005, 'core', '2026-09-15', 'failed', 1, 1, now(), 'code 1')`,
    )
    const asked = ACCOUNTS.slice(2)
    const [utc] = await statesOf(warehouse, Date.parse('2026-11-05T12:00:00Z'), asked)
    const state = (day: string) => utc?.states.get(parseCalendarDate(day)) ?? null
    expect(['2026-09-14', '2026-09-15', '2026-09-16', '2026-09-19'].map(state)).toEqual([
      null,
      'failed',
      null,
      null,
    ])
    expect(['2026-09-20', '2026-10-01', '2026-10-02'].map(state)).toEqual(['settled', 'missing', 'empty'])
    expect(['2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06'].map(state)).toEqual([
      'settling',
      'due',
      'due',
      null,
    ])
    const { holes, slices } = await readStatus(warehouse, asked)
    expect(holes.map(({ date, state }) => [date, state])).toEqual([
      ['2026-10-01', 'missing'],
      ['2026-09-15', 'failed'],
    ])
    expect(slices).toMatchObject([{ account_id: '3005', missing: '1', failed: '1' }])
  })

  it('are of the accounts that are asked for, and of those without a description in UTC', async () => {
    const warehouse = await open()
    await fill(warehouse, '2026-11-03T20:00:00Z')
    await change(warehouse, 'DELETE FROM dim_account WHERE account_id = 2004')
    const nowMs = Date.parse('2026-11-03T20:00:00Z')
    const all = await readCalendars(warehouse, null, 5, nowMs)
    expect(all.map(({ accountId, timeZone }) => [accountId, timeZone])).toEqual([
      ['1003', 'Pacific/Kiritimati'],
      ['2004', null],
      ['3005', 'UTC'],
    ])
    expect(all[2]?.reports[0]?.days).toHaveLength(5)
    const one = await readCalendars(warehouse, ACCOUNTS.slice(1, 2), 5, nowMs)
    expect(one).toEqual(all.slice(1, 2))
  })
})

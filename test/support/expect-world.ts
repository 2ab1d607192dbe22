import { expect } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import type { CalendarDate } from '../../src/model/calendar-date.ts'
import { FACT_TABLE_NAMES, type FactTableName } from '../../src/model/fact.ts'
import type { World } from '../../src/simulator/world.ts'
import { readFacts, sorted } from './fact-model.ts'
import { worldFacts } from './world-facts.ts'

/** Every fact that the world's accounts have on these days as known at `nowMs`, in the order of `storedFacts`. */
export function expectedFacts(
  table: FactTableName,
  world: World,
  days: readonly CalendarDate[],
  nowMs: number,
): string[] {
  return sorted(world.accounts.flatMap((account) => worldFacts(table, { world, account, days, nowMs })))
}

export async function storedFacts(warehouse: Warehouse, table: FactTableName): Promise<string[]> {
  return sorted(await readFacts(warehouse, table))
}

/** What is loaded is what the world's accounts have on these days, in each table. */
export async function expectFacts(
  warehouse: Warehouse,
  world: World,
  days: readonly CalendarDate[],
  nowMs: number,
  tables: readonly FactTableName[] = FACT_TABLE_NAMES,
): Promise<void> {
  for (const table of tables) {
    expect(await storedFacts(warehouse, table), table).toEqual(expectedFacts(table, world, days, nowMs))
  }
}

import Big from 'big.js'
import type { FactTableName, MeasureKind } from '../model/fact.ts'
import { factColumns } from './fact-columns.ts'

/** A row by the names of its columns, which differ from table to table. */
export type AnyRow = Readonly<Record<string, string | null>>

/**
 * Two rows of one key as one: what adds up is added, reach and frequency of two groups are not known, and a parent
 * that only one of them knows is known. The same as `combinedSql` does.
 */
export function combineRows(table: FactTableName, a: AnyRow, b: AnyRow): AnyRow {
  const { measures, parents } = factColumns(table)
  const row: Record<string, string | null> = { ...a }
  for (const parent of parents) row[parent] = a[parent] === '0' ? (b[parent] ?? '0') : (a[parent] ?? '0')
  for (const [measure, kind] of measures) row[measure] = COMBINE[kind](a[measure] ?? null, b[measure] ?? null)
  return row
}

const add = (a: string | null, b: string | null) => new Big(a ?? 0).plus(b ?? 0).toFixed()
const COMBINE: Readonly<Record<MeasureKind, (a: string | null, b: string | null) => string | null>> = {
  count: add,
  amount: add,
  unique: () => null,
}

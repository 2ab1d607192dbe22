import { FACT_TABLES, type FactRow, type FactTableName } from '../model/fact.ts'
import type { ActionNumbers } from './action-list.ts'
import { type FactKey, readBreakdown } from './fact-key.ts'
import { MEASURES, type ReadRecord, type RecordTable } from './measures.ts'

/** The API's column for each lookup that is a breakdown. */
const BREAKDOWNS = { age_group: 'age', gender: 'gender', country: 'country' } as const

type Values = Record<string, string | null>

/** The rows of `table` that a record makes. Throws UnreadableRecord when a value of it is unreadable. */
export function toFactRows(table: FactTableName, key: FactKey, read: ReadRecord): FactRow[] {
  return table === 'fact_action_metrics' ? toActionFacts(key, read) : [parseRecordFact(table, key, read)]
}

function parseRecordFact(table: RecordTable, key: FactKey, read: ReadRecord): FactRow {
  const { lookups, measures } = FACT_TABLES[table]
  const row: Values = { table, ...key }
  for (const lookup of lookups) row[lookup] = readBreakdown(read.record, BREAKDOWNS[lookup])
  for (const [name, kind] of Object.entries(measures)) {
    row[name] = MEASURES[name as keyof typeof measures](read) ?? (kind === 'unique' ? null : '0')
  }
  return row as FactRow
}

/** One row an action type that the record counts or values; what it lacks is 0. */
function toActionFacts(key: FactKey, { counts, values }: ReadRecord): FactRow<'fact_action_metrics'>[] {
  return [...new Set([...counts.keys(), ...values.keys()])].map((type) => ({
    table: 'fact_action_metrics',
    ...key,
    action_type: type,
    action_count: number(counts.get(type), 'value'),
    action_value: number(values.get(type), 'value'),
    count_1d_click: number(counts.get(type), '1d_click'),
    count_7d_click: number(counts.get(type), '7d_click'),
    count_1d_view: number(counts.get(type), '1d_view'),
  }))
}

function number(numbers: ActionNumbers | undefined, name: keyof ActionNumbers): string {
  return numbers?.[name] ?? '0'
}

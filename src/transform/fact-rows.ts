import { FACT_TABLES, type FactKey, type FactRow, type FactTableName } from '../model/fact.ts'
import type { ActionNumbers } from './action-list.ts'
import { BREAKDOWNS, readBreakdown } from './fact-key.ts'
import { MEASURES, type ReadRecord, type RecordTable, readMeasure } from './measures.ts'

/** Of each table, what its rows are read by. */
const READERS = {
  fact_core_metrics: readersOf('fact_core_metrics'),
  fact_age_gender_metrics: readersOf('fact_age_gender_metrics'),
  fact_country_metrics: readersOf('fact_country_metrics'),
}

function readersOf(table: RecordTable) {
  const { measures } = FACT_TABLES[table]
  return Object.entries(measures).map(([name, kind]) => ({
    name,
    source: MEASURES[name as keyof typeof measures],
    absent: kind === 'unique' ? null : '0',
  }))
}

/** Adds the rows of `table` that a record makes. Throws UnreadableRecord when a value of it is unreadable. */
export function addFactRows(rows: FactRow[], table: FactTableName, key: FactKey, read: ReadRecord): void {
  if (table === 'fact_action_metrics') addActionFacts(rows, key, read)
  else rows.push(parseRecordFact(table, key, read))
}

function parseRecordFact(table: RecordTable, key: FactKey, read: ReadRecord): FactRow {
  const row: Record<string, string | null> = { table, ...key }
  for (const lookup of FACT_TABLES[table].lookups)
    row[lookup] = readBreakdown(read.record, BREAKDOWNS[lookup])
  for (const { name, source, absent } of READERS[table]) row[name] = readMeasure(source, read) ?? absent
  return row as FactRow
}

/** One row an action type that the record counts or values; what it lacks is 0. */
function addActionFacts(rows: FactRow[], key: FactKey, { counts, values }: ReadRecord): void {
  for (const [type, numbers] of counts) rows.push(toActionFact(key, type, numbers, values.get(type)))
  for (const [type, numbers] of values)
    if (!counts.has(type)) rows.push(toActionFact(key, type, undefined, numbers))
}

function toActionFact(
  key: FactKey,
  type: string,
  count: ActionNumbers | undefined,
  value: ActionNumbers | undefined,
): FactRow<'fact_action_metrics'> {
  return {
    table: 'fact_action_metrics',
    ...key,
    action_type: type,
    action_count: count?.value ?? '0',
    action_value: value?.value ?? '0',
    count_1d_click: count?.['1d_click'] ?? '0',
    count_7d_click: count?.['7d_click'] ?? '0',
    count_1d_view: count?.['1d_view'] ?? '0',
  }
}

import type { Session } from '../../../src/load/session.ts'
import { isReportName, REPORTS } from '../../../src/model/report.ts'
import { findBrokenKeys } from './broken-keys.ts'
import { isOfBuild } from './builds.ts'
import { type Contents, differenceIn, differences, factPart, readContents } from './contents.ts'
import { readSchemaObjects, type SchemaObject } from './schema-objects.ts'

/** All that is in a warehouse. */
export interface WarehouseState {
  readonly contents: Contents
  readonly objects: readonly SchemaObject[]
}

export async function readState(session: Session, schema: string): Promise<WarehouseState> {
  return {
    contents: await readContents(session, schema),
    objects: await readSchemaObjects(session, schema),
  }
}

/**
 * What is wrong with a warehouse whose sync was killed, beside one whose sync was not. It may lack slices, and then
 * their facts and partitions, facts may wait to become a partition, and it may lack everything; but a slice that the
 * ledger calls loaded, or built, is whole, others have no facts, each foreign key holds, and nothing else is in the
 * schema that an undisturbed sync would not leave there.
 */
export async function findDamage(
  session: Session,
  schema: string,
  undisturbed: WarehouseState,
): Promise<string[]> {
  const { objects, contents } = await readState(session, schema)
  if (objects.length === 0) return []
  const missing = without(undisturbed.objects, objects).filter(({ ofPartition }) => !ofPartition)
  return [
    ...missing.map(({ text }) => `not there: ${text}`),
    ...leftBehind(
      objects.filter(({ text }) => !isOfBuild(text)),
      undisturbed.objects,
    ),
    ...(await findBrokenKeys(session, schema)),
    ...(missing.length === 0 ? await findBrokenSlices(session, contents, undisturbed.contents) : []),
  ]
}

/** In what a warehouse differs from an undisturbed one. */
export function findDifferences(found: WarehouseState, undisturbed: WarehouseState): string[] {
  return [
    ...without(undisturbed.objects, found.objects).map(({ text }) => `not there: ${text}`),
    ...leftBehind(found.objects, undisturbed.objects),
    ...differences(found.contents, undisturbed.contents),
  ]
}

/** Objects that an undisturbed sync does not leave, and those that do not hold. */
function leftBehind(objects: readonly SchemaObject[], expected: readonly SchemaObject[]): string[] {
  return [
    ...without(objects, expected).map(({ text }) => `left behind: ${text}`),
    ...objects.filter(({ valid }) => !valid).map(({ text }) => `not valid: ${text}`),
  ]
}

function without(objects: readonly SchemaObject[], others: readonly SchemaObject[]): SchemaObject[] {
  const known = new Set(others.map(({ text }) => text))
  return objects.filter(({ text }) => !known.has(text))
}

/** Slices that the ledger calls loaded and whose facts are not all there, and facts of others. */
async function findBrokenSlices(session: Session, found: Contents, undisturbed: Contents): Promise<string[]> {
  const slices = await session.query(
    `SELECT report, account_id, to_char(date, 'YYYYMMDD') AS date_id FROM etl_slice WHERE status = 'loaded'
      UNION ALL SELECT report, account_id, to_char(date, 'YYYYMMDD') FROM etl_built_slice`,
  )
  const loaded = new Set(
    slices.flatMap(({ report, account_id, date_id }) => {
      const name = String(report)
      const tables = isReportName(name) ? REPORTS[name].tables : []
      return tables.map((table) => factPart(table, String(account_id), String(date_id)))
    }),
  )
  const torn = [...loaded].flatMap((part) => differenceIn(part, found.facts, undisturbed.facts))
  const early = [...found.facts].filter(([part]) => !loaded.has(part))
  return [
    ...torn.map((text) => `loaded, but ${text}`),
    ...early.map(([part, rows]) => `not loaded, but there are ${rows.length} rows of ${part}`),
  ]
}

import { existsSync } from 'node:fs'
import { DatabaseError } from '../../load/database-error.ts'
import { checkSchema } from '../../load/migrate.ts'
import type { Warehouse } from '../../load/session.ts'
import type { Variables } from '../config.ts'
import { type Context, embeddedFolder, openWarehouse } from '../context.ts'
import type { Settings } from '../settings.ts'
import type { Examination } from './examination.ts'
import { examineFolder, examineServer } from './examine-place.ts'
import { examineWarehouse } from './examine-warehouse.ts'

/** Where the warehouse is, whether it can be written and has room, and what is in it. Makes none. */
export async function examineLoad(
  variables: Variables,
  settings: Settings | null,
  examination: Examination,
  context: Context,
): Promise<void> {
  const { begin, note, skip, examine } = examination
  begin('Load')
  const folder = embeddedFolder(context, variables)
  if (folder !== null && !(await examineFolder(folder, examination)))
    return skip(['Validation'], 'the warehouse cannot be opened, see Load')
  if (folder !== null && !existsSync(folder)) {
    note({ check: 'database', status: 'ok', detail: 'embedded, and not there yet: fbads sync makes it' })
    return skip(['Validation'], 'nothing is loaded yet')
  }
  const warehouse = await examine(
    'database',
    () => openWarehouse(context, variables, 1),
    ({ location }) => `${location} answers`,
  )
  if (warehouse === null) return skip(['Validation'], 'the warehouse cannot be opened, see Load')
  try {
    if (warehouse.kind === 'postgres' && !(await examineServer(warehouse, examination)))
      return skip(['Validation'], 'the schema cannot be read, see Load')
    const schema = await examine(
      'schema',
      () => readSchema(warehouse),
      ({ absence }) => absence ?? `"${warehouse.schema}" is up to date`,
    )
    if (schema === null || schema.absence !== null) {
      skip(['Validation'], 'there is no warehouse that could be read, see Load')
    } else if (settings === null) {
      skip(['Validation'], 'the settings cannot be read, see Environment')
    } else {
      await examineWarehouse(warehouse, settings, examination, context.clock.now())
    }
  } finally {
    await warehouse.close()
  }
}

/** Says of a schema that a sync has yet to make, or to bring up to date, why it is not read; fails for any other fault. */
async function readSchema(warehouse: Warehouse): Promise<{ readonly absence: string | null }> {
  try {
    await checkSchema(warehouse)
    return { absence: null }
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'not-migrated') return { absence: error.message }
    throw error
  }
}

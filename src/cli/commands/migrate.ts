import { migrate as migrateWarehouse } from '../../load/migrate.ts'
import { type Context, openWarehouse, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'

/** Brings the schema up to date and ends. */
export async function migrate(context: Context): Promise<ExitStatus> {
  const warehouse = await openWarehouse(context, variablesOf(context), 1)
  try {
    const { applied, version } = await migrateWarehouse(warehouse)
    if (context.output.json) context.output.result(JSON.stringify({ version, applied }))
    for (const name of applied) context.output.say(`✓ ${name}`, 'good')
    context.output.say(`Schema "${warehouse.schema}" in ${warehouse.location} is at version ${version}.`)
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}

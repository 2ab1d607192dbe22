import { distribute } from '../../load/distribute.ts'
import { migrate as migrateWarehouse } from '../../load/migrate.ts'
import { type Context, openWarehouse, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { UsageError } from '../usage-error.ts'

interface MigrateFlags {
  readonly citus?: boolean
}

/** Brings the schema up to date and ends. */
export async function migrate({ citus = false }: MigrateFlags, context: Context): Promise<ExitStatus> {
  const variables = variablesOf(context)
  if (citus && !variables.DATABASE_URL)
    throw new UsageError(
      '--citus needs a PostgreSQL server with Citus, which DATABASE_URL names; none is set.',
    )
  const warehouse = await openWarehouse(context, variables, 1)
  try {
    const { applied, version } = await migrateWarehouse(warehouse)
    const distributed = citus ? await distribute(warehouse) : null
    if (context.output.json)
      context.output.result(JSON.stringify({ version, applied, ...(distributed && { distributed }) }))
    for (const name of applied) context.output.say(`✓ ${name}`, 'good')
    context.output.say(`Schema "${warehouse.schema}" in ${warehouse.location} is at version ${version}.`)
    for (const table of distributed ?? []) context.output.say(`✓ ${table} is distributed`, 'good')
    if (distributed?.length === 0) context.output.say('It is distributed already.')
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}

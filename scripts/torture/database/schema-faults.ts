import type { BefallenSync, ServedFault } from './fault.ts'
import { SCHEMA, type ServedStage } from './served-stage.ts'
import { SYNC } from './stage.ts'

const rename = (table: string, what: string) => `ALTER TABLE ${SCHEMA}.${table} RENAME ${what}`

/** Every command that uses the schema refuses it, in the same words; the sync's are returned. */
async function refusedByAll(
  { run, sql }: ServedStage,
  change: string,
  restore: string,
): Promise<BefallenSync> {
  const first = await run(SYNC)
  if (first.status !== 0) throw new Error(`The sync before the change has failed:\n${first.said}`)
  await sql(change)
  const refused = await run(SYNC)
  const words = refused.said.match(/❌.*/)?.[0]
  for (const command of ['migrate', 'validate', 'status']) {
    const { status, said } = await run([command])
    if (status !== refused.status || words === undefined || !said.includes(words))
      throw new Error(`fbads ${command} has ended with ${status}:\n${said}`)
  }
  return { ...refused, mend: () => sql(restore) }
}

/** A schema that somebody has changed by hand; a name is as good as gone when it is another. */
export const SCHEMA_FAULTS: readonly ServedFault[] = [
  {
    fault: 'a column is missing',
    when: 'at the start',
    befall: (stage) =>
      refusedByAll(
        stage,
        rename('fact_core_metrics', 'COLUMN reach TO range'),
        rename('fact_core_metrics', 'COLUMN range TO reach'),
      ),
    remedy: 'restore it',
  },
  {
    fault: 'a table is missing',
    when: 'at the start',
    befall: (stage) =>
      refusedByAll(stage, rename('etl_reject', 'TO rejects'), rename('rejects', 'TO etl_reject')),
    remedy: 'restore it',
  },
]

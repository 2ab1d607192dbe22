import { migrate } from '../../../src/load/migrate.ts'
import { openPostgres } from '../../../src/load/postgres.ts'
import type { ServedFault } from './fault.ts'
import { DATABASE, PASSWORD, SCHEMA, type ServedStage } from './served-stage.ts'
import { SYNC } from './stage.ts'

/** Another role than the owner of the database, which goes with the stage. */
const OTHER = 'analyst'

async function createOther({ rootSql, afterwards }: ServedStage): Promise<void> {
  await rootSql(`CREATE ROLE ${OTHER} LOGIN PASSWORD '${PASSWORD}'`)
  afterwards.push(() => rootSql(`DROP ROLE ${OTHER}`))
}

const asOther = (stage: ServedStage) => ({
  environment: { ...stage.place.environment, DATABASE_URL: stage.addressOf(OTHER).href },
})

/** A server that does not let a sync in, or not let it write. */
export const LOGIN_FAULTS: readonly ServedFault[] = [
  {
    fault: 'the server does not run',
    when: 'at the start',
    async befall({ server, run }) {
      await server.halt()
      return { ...(await run(SYNC)), mend: () => server.start() }
    },
    remedy: 'start it',
  },
  {
    fault: 'wrong password',
    when: 'at the start',
    befall({ run, addressOf }) {
      const url = Object.assign(addressOf('fbads'), { password: 'wrong' })
      return run(SYNC, { environment: { DATABASE_URL: url.href } })
    },
    remedy: 'correct `DATABASE_URL`',
  },
  {
    fault: 'the database does not exist',
    when: 'at the start',
    befall({ run, addressOf }) {
      const url = Object.assign(addressOf('fbads'), { pathname: '/nowhere' })
      return run(SYNC, { environment: { DATABASE_URL: url.href } })
    },
    remedy: 'correct `DATABASE_URL`',
  },
  {
    fault: 'no connection left',
    when: 'in mid-sync',
    async befall({ run, sql }) {
      // Enough for the warehouse itself; the loads' own connections come on top.
      await sql('ALTER ROLE fbads CONNECTION LIMIT 2')
      return { ...(await run(SYNC)), mend: () => sql('ALTER ROLE fbads CONNECTION LIMIT -1') }
    },
    remedy: 'raise the limit',
  },
  {
    fault: 'the role may not make the schema',
    when: 'at the start',
    async befall(stage) {
      await createOther(stage)
      return stage.run(SYNC, asOther(stage))
    },
    remedy: 'sync as the owner',
  },
  {
    fault: 'the role may only read',
    when: 'at the start',
    async befall(stage) {
      const { sql } = stage
      await createOther(stage)
      const owner = await openPostgres({
        connectionString: stage.addressOf('fbads').href,
        schema: SCHEMA,
        maxConnections: 1,
        applicationName: 'owner',
      })
      await migrate(owner)
      await owner.close()
      await sql(`GRANT USAGE ON SCHEMA ${SCHEMA} TO ${OTHER}`)
      await sql(`GRANT SELECT ON ALL TABLES IN SCHEMA ${SCHEMA} TO ${OTHER}`)
      const status = await stage.run(['status'], asOther(stage))
      if (status.status !== 0)
        throw new Error(`fbads status has ended with ${status.status}:\n${status.said}`)
      return stage.run(SYNC, asOther(stage))
    },
    remedy: 'sync as the owner',
  },
  {
    fault: 'the database is read-only, as a standby is',
    when: 'at the start',
    async befall({ run, sql, admin }) {
      await sql(`ALTER DATABASE ${DATABASE} SET default_transaction_read_only = on`)
      const mend = () =>
        admin.use(async (session) => {
          await session.query('SET default_transaction_read_only = off')
          await session.query(`ALTER DATABASE ${DATABASE} RESET default_transaction_read_only`)
        })
      return { ...(await run(SYNC)), mend }
    },
    remedy: 'sync into the primary',
  },
]

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgres } from '../../../src/load/postgres.ts'
import type { Row, Warehouse } from '../../../src/load/session.ts'
import type { World } from '../../../src/simulator/world.ts'
import type { OwnServer } from '../../../test/support/start-postgres.ts'
import { createStage, type Stage } from './stage.ts'

/** As `docs/operations.md` has them. */
const ROLE = 'fbads'
export const PASSWORD = 'secret'
export const DATABASE = 'marketing'
export const SCHEMA = 'facebook_ads'

/** A stage whose warehouse is a database on a server, made as the documentation says. */
export interface ServedStage extends Stage {
  readonly server: OwnServer
  /** The warehouse as the server's administrator has it. */
  readonly admin: Warehouse
  /** One statement of the administrator. */
  sql(text: string, params?: readonly unknown[]): Promise<Row[]>
  /** The same in another database, also when that of the stage is gone. */
  rootSql(text: string): Promise<Row[]>
  /** The address of the database for a role. */
  addressOf(role: string): URL
}

export async function createServedStage(server: OwnServer, world: World): Promise<ServedStage> {
  const open = (database: string) =>
    openPostgres({
      connectionString: Object.assign(new URL(server.url), { pathname: `/${database}` }).href,
      schema: SCHEMA,
      maxConnections: 2,
      applicationName: 'administrator',
    })
  const root = await open('postgres')
  const rootSql = (text: string) => root.use((session) => session.query(text))
  await rootSql(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}'`)
  await rootSql(`CREATE DATABASE ${DATABASE} OWNER ${ROLE}`)
  const admin = await open(DATABASE)
  const addressOf = (username: string) =>
    Object.assign(new URL(server.url), { pathname: `/${DATABASE}`, username, password: PASSWORD })
  const folder = await mkdtemp(join(tmpdir(), 'fbads-torture-'))
  const stage = await createStage(
    {
      folder,
      environment: { DATABASE_URL: addressOf(ROLE).href, FBADS_SCHEMA: SCHEMA },
      look: (body) =>
        admin.use((session) =>
          session.transaction(async () => {
            await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
            return body(session, SCHEMA)
          }),
        ),
      async remove() {
        await admin.close()
        await rootSql(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`)
        await rm(folder, { recursive: true, force: true })
      },
    },
    world,
  )
  stage.afterwards.push(
    () => root.close(),
    () => rootSql(`DROP ROLE ${ROLE}`),
  )
  const sql = (text: string, params?: readonly unknown[]) =>
    admin.use((session) => session.query(text, params))
  return { ...stage, server, admin, sql, rootSql, addressOf }
}

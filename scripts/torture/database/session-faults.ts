import { advisoryKey, LOCK_UNTIL_END } from '../../../src/load/advisory-lock.ts'
import { errorCode } from '../../../src/load/database-error.ts'
import type { EndedProcess, FbadsProcess } from '../fbads-process.ts'
import { startCuttingProxy } from './cutting-proxy.ts'
import type { ServedFault } from './fault.ts'
import { lockTable } from './locked-table.ts'
import { SCHEMA } from './served-stage.ts'
import { SYNC } from './stage.ts'
import { handledLater, until } from './until.ts'

/** The other program's table is not there yet, nor its schema; or it is the one that yields. */
const PASSES: readonly unknown[] = ['42P01', '3F000', '40P01', '40001']

/** What befalls a sync in its sessions, while the server is there. */
export const SESSION_FAULTS: readonly ServedFault[] = [
  {
    fault: 'the network breaks a connection',
    when: 'in the middle of a COPY',
    async befall({ run, addressOf }) {
      const url = addressOf('fbads')
      let copies = 0
      const proxy = await startCuttingProxy(Number(url.port), (sent) => {
        if (sent.includes('COPY "fact_')) copies += 1
        return copies > 3 && sent.at(0) === 'd'.charCodeAt(0)
      })
      try {
        url.port = String(proxy.port)
        return await run(SYNC, { environment: { DATABASE_URL: url.href } })
      } finally {
        await proxy.close()
      }
    },
  },
  {
    fault: 'an administrator ends the sessions',
    when: 'in mid-sync',
    befall: (stage) =>
      stage.run(SYNC, {
        async midway() {
          const table = await lockTable(stage, 'etl_built_slice')
          await table.isAwaited()
          await stage.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fbads'",
          )
          await table.release()
        },
      }),
  },
  {
    fault: 'the server falls and starts again',
    when: 'in mid-sync',
    befall: (stage) =>
      stage.run(SYNC, {
        async midway() {
          const table = await lockTable(stage, 'etl_built_slice')
          await table.isAwaited()
          await stage.server.halt()
          await stage.server.start()
          await table.release()
        },
      }),
  },
  {
    fault: 'a statement takes longer than `statement_timeout` allows',
    when: 'in mid-sync',
    async befall(stage) {
      const { run, sql } = stage
      await sql("ALTER ROLE fbads SET statement_timeout TO '3s'")
      const hasFailed = async () =>
        (await sql(`SELECT 1 FROM ${SCHEMA}.etl_slice WHERE status = 'failed'`)).length > 0
      let released = Promise.resolve()
      const ended = await run(SYNC, {
        async midway() {
          const table = await lockTable(stage, 'etl_built_slice')
          released = until(hasFailed).then(table.release)
          handledLater(released)
        },
      })
      await released
      return { ...ended, mend: () => sql('ALTER ROLE fbads RESET statement_timeout') }
    },
    remedy: 'allow the role more time',
  },
  {
    fault: 'a deadlock',
    when: 'in mid-sync',
    async befall(stage) {
      const { run, sql } = stage
      const deadlocks = async () => {
        const [counted] = await sql('SELECT sum(deadlocks)::integer AS deadlocks FROM pg_stat_database')
        return Number(counted?.deadlocks)
      }
      const before = await deadlocks()
      let crossed = Promise.resolve()
      const ended = await run(SYNC, {
        async midway() {
          const [account] = await sql(`SELECT account_id FROM ${SCHEMA}.dim_account WHERE account_id <> 0`)
          const table = await lockTable(stage, 'etl_built_slice')
          // The sync is the first to look whether they stand in each other's way, and so the one that yields.
          await table.ask("SET LOCAL deadlock_timeout TO '20s'")
          const cross = async (): Promise<void> => {
            await table.isAwaited()
            await table.ask(LOCK_UNTIL_END, [advisoryKey(SCHEMA, 'load', String(account?.account_id))])
            await table.release()
          }
          crossed = cross()
          handledLater(crossed)
        },
      })
      await crossed
      // A session tells what it has counted when it ends.
      await until(async () => (await deadlocks()) > before)
      return ended
    },
  },
  {
    fault: 'another program changes the same rows; the role is `serializable` by default',
    when: 'all the time',
    async befall({ run, admin, sql }) {
      await sql("ALTER ROLE fbads SET default_transaction_isolation TO 'serializable'")
      const others = await admin.lease()
      let changing = true
      let changed = 0
      const change = async (): Promise<void> => {
        while (changing) {
          const { length } = await others
            .use((session) =>
              session.query(`UPDATE ${SCHEMA}.dim_ad SET updated_at = updated_at RETURNING ad_id`),
            )
            .catch((error) => {
              if (PASSES.includes(errorCode(error))) return []
              throw error
            })
          changed += length
        }
      }
      const stopped = change()
      handledLater(stopped)
      const ended = await run(SYNC).finally(() => {
        changing = false
      })
      await stopped
      await others.release()
      if (changed === 0) throw new Error('Nothing was changed meanwhile.')
      return ended
    },
  },
  {
    fault: 'another sync of the same account',
    when: 'at the same time',
    async befall({ run }) {
      let second: Promise<EndedProcess> | null = null
      const first = await run(SYNC, {
        async midway() {
          const waits = Promise.withResolvers<unknown>()
          const started = (process: FbadsProcess) =>
            void process.waitFor(/Another sync/).then(waits.resolve, waits.reject)
          second = run(SYNC, { started })
          await waits.promise
        },
      })
      if (first.status !== 0) throw new Error(`The first sync has failed:\n${first.said}`)
      if (second === null) throw new Error('There was no second sync.')
      return second
    },
    says: /^Another sync .*$/m,
  },
]

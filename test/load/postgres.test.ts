import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { DatabaseError } from '../../src/load/database-error.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Session, Warehouse } from '../../src/load/session.ts'
import { serverOptions } from '../support/warehouses.ts'

async function withServer(body: (warehouse: Warehouse) => Promise<void>, maxConnections = 2): Promise<void> {
  const warehouse = await openPostgres({ ...serverOptions(), maxConnections })
  try {
    await body(warehouse)
  } finally {
    await warehouse.close()
  }
}

const pidOf = async (session: Session) => (await session.query('SELECT pg_backend_pid() AS pid'))[0]?.pid

/** The error of an address that differs from the tests' own. */
async function errorAt(change: (url: URL) => void): Promise<DatabaseError> {
  const options = serverOptions()
  const url = new URL(options.connectionString)
  url.password = 'hunter2'
  change(url)
  try {
    await openPostgres({ ...options, connectionString: url.href })
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
  return expect.fail('it opened')
}

/** A statement that fails with a code that a test cannot bring about. */
function toThrow(code: string): string {
  return `DO $$ BEGIN RAISE 'as if' USING ERRCODE = '${code}';END $$`
}

describe('a warehouse on PostgreSQL', () => {
  it('says where it is without the password', async () => {
    const { password } = new URL(serverOptions().connectionString)
    await withServer(async ({ location }) => {
      expect(location).toMatch(/^postgres:\/\/.+@.+:\d+\/\w+$/)
      expect(location).not.toContain(`:${password}@`)
    })
  })

  it('tells a wrong login from a missing database and from a server that is not there', async () => {
    const freePort = await new Promise<string>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' ? String(address?.port) : ''))
      })
    })
    const { password } = new URL(serverOptions().connectionString)
    const errors = [
      await errorAt((url) => Object.assign(url, { username: 'nobody_of_this_name' })),
      await errorAt((url) => Object.assign(url, { password, pathname: '/no_such_database' })),
      await errorAt((url) => Object.assign(url, { port: freePort })),
    ]
    expect(errors.map((error) => error.kind)).toEqual(['authentication', 'no-database', 'unreachable'])
    for (const error of errors) expect(error.message).not.toContain('hunter2')
  })

  it('does not repeat an address that it cannot read', async () => {
    const connectionString = 'postgres://user:pass%word@host:notaport/db'
    const error = await openPostgres({ ...serverOptions(), connectionString }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(DatabaseError)
    expect(String(error)).not.toContain('pass%word')
  })

  it('has sessions whose locks show what their holders have written, and who ask whether the other end is there', async () => {
    const url = new URL(serverOptions().connectionString)
    url.searchParams.set('options', '-c default_transaction_isolation=serializable')
    const warehouse = await openPostgres({ ...serverOptions(), connectionString: url.href })
    try {
      const [row] = await warehouse.use((session) =>
        session.query(
          `SELECT current_setting('transaction_isolation') AS isolation,
                  current_setting('tcp_keepalives_idle') AS idle, current_setting('tcp_user_timeout') AS gone`,
        ),
      )
      expect(row).toEqual({ isolation: 'read committed', idle: '60', gone: '120000' })
    } finally {
      await warehouse.close()
    }
  })

  it.each([
    ['SET ROLE pg_monitor; SELECT * FROM pg_authid', 'no-permission', 'permission denied for'],
    [
      'SET default_transaction_read_only TO on; CREATE TABLE a (b text)',
      'no-permission',
      'only reads: cannot',
    ],
    ["SET statement_timeout TO '10ms'; SELECT pg_sleep(10)", 'other', 'due to statement timeout. Run'],
    ['SELECT pg_terminate_backend(pg_backend_pid())', 'unreachable', 'What was in flight is rolled back'],
    [toThrow('53100'), 'disk-full', 'Make room'],
    [toThrow('53300'), 'no-connection-left', 'Lower maxWorkers'],
  ])('says what to do after %s', async (statements, kind, text) => {
    await withServer(async (warehouse) => {
      const failing = warehouse.use(async (session) => {
        for (const statement of statements.split('; ')) await session.query(statement)
      })
      const message = expect.stringMatching(new RegExp(`${warehouse.location}.*${text}`))
      await expect(failing).rejects.toMatchObject({ name: 'DatabaseError', kind, message })
    })
  })

  it('reads ids and amounts as exact text, days as text, times as Date, in UTC', async () => {
    await withServer(async (warehouse) => {
      const [row] = await warehouse.use((session) =>
        session.query(
          `SELECT 120213328950940104 AS id, 0.10::numeric AS amount, date '2024-10-28' AS day,
                  timestamptz '2024-10-28 07:30:00.5+02' AS time, timestamp '2024-10-28 07:30' AS plain,
                  timestamptz 'infinity' AS endless, jsonb '{"a": [1]}' AS json, 7 AS n, current_setting('TimeZone') AS zone`,
        ),
      )
      expect(row).toEqual({
        id: '120213328950940104',
        amount: '0.10',
        day: '2024-10-28',
        time: new Date('2024-10-28T05:30:00.5Z'),
        plain: new Date('2024-10-28T07:30:00Z'),
        endless: 'infinity',
        json: { a: [1] },
        n: 7,
        zone: 'UTC',
      })
    })
  })

  it('rolls back what a caller left open, and what failed', async () => {
    await withServer(async (warehouse) => {
      await warehouse.use((session) => session.query('CREATE TABLE public.left_open (n integer)'))
      try {
        await warehouse.use(async (session) => {
          await session.query('BEGIN')
          await session.query('INSERT INTO public.left_open VALUES (1)')
        })
        const failed = warehouse.use((session) =>
          session.transaction(async () => {
            await session.query('INSERT INTO public.left_open VALUES (2)')
            throw new Error('no')
          }),
        )
        await expect(failed).rejects.toThrow('no')
        const rows = await warehouse.use((session) => session.query('SELECT * FROM public.left_open'))
        expect(rows).toEqual([])
      } finally {
        await warehouse.use((session) => session.query('DROP TABLE public.left_open'))
      }
    }, 1)
  })

  it('replaces a connection that broke, and says so to who was using it', async () => {
    await withServer(async (warehouse) => {
      const broken = warehouse.use(async (session) => {
        const pid = await pidOf(session)
        const lease = await warehouse.lease()
        await lease.use((other) => other.query('SELECT pg_terminate_backend($1)', [pid]))
        await lease.release()
        await session.query('SELECT 1')
      })
      await expect(broken).rejects.toMatchObject({ name: 'DatabaseError', kind: 'unreachable' })
      expect(await warehouse.use((session) => session.query('SELECT 1 AS one'))).toEqual([{ one: 1 }])
    }, 1)
  })

  it('lends no more connections at once than allowed, and leases besides', async () => {
    await withServer(async (warehouse) => {
      let now = 0
      let most = 0
      const lease = await warehouse.lease()
      await Promise.all(
        Array.from({ length: 6 }, () =>
          warehouse.use(async (session) => {
            most = Math.max(most, ++now)
            await session.query('SELECT pg_sleep(0.01)')
            now -= 1
          }),
        ),
      )
      expect(most).toBe(2)
      expect(await lease.use(pidOf)).toBe(await lease.use(pidOf))
    })
  })

  it('closes although a lease is held', async () => {
    const warehouse = await openPostgres(serverOptions())
    const lease = await warehouse.lease()
    await lease.use((session) => session.query('BEGIN'))
    await warehouse.close()
    await lease.release()
    await expect(lease.use((session) => session.query('SELECT 1'))).rejects.toThrow()
  })
})

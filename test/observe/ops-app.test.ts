import { expect, it } from 'vitest'
import { guard } from '../../src/dashboard/guard.ts'
import { DatabaseError } from '../../src/load/database-error.ts'
import { createOpsApp, type OpsOptions } from '../../src/observe/ops-app.ts'

const TOKEN = 'a-long-random-token'

function ask(path: string, options: Partial<OpsOptions> = {}, headers: Record<string, string> = {}) {
  const app = createOpsApp({
    ready: async () => undefined,
    metrics: { text: async () => 'fbads_warehouse_up 1\n', contentType: 'text/plain; version=0.0.4' },
    guard: null,
    ...options,
  })
  return app.request(path, { headers: { host: '127.0.0.1:8321', ...headers } })
}

const failing = (error: Error): Partial<OpsOptions> => ({ ready: () => Promise.reject(error) })

it('a process that lives says so, whatever its warehouse does', async () => {
  const answer = await ask('/healthz', failing(new Error('away')))
  expect([answer.status, await answer.text()]).toEqual([200, 'The process lives.\n'])
})

it('is ready when the warehouse is, and else says why, but not where the warehouse is', async () => {
  expect((await ask('/readyz')).status).toBe(200)
  for (const [error, said] of [
    [
      new DatabaseError('unreachable', 'postgres://fbads@db.internal:5432 cannot be reached'),
      'does not answer',
    ],
    [new DatabaseError('not-migrated', 'Schema "x" in postgres://fbads@db.internal'), 'run fbads migrate'],
    [new DatabaseError('schema-newer', 'db.internal'), 'upgrade'],
    [new Error('db.internal'), 'does not answer'],
  ] as const) {
    const answer = await ask('/readyz', failing(error))
    const text = await answer.text()
    expect([answer.status, text]).toEqual([503, expect.stringContaining(said)])
    expect(text).not.toContain('db.internal')
  }
})

it('metrics are for who has the token, the probes for everybody', async () => {
  const guarded = { guard: guard(TOKEN) }
  expect((await ask('/metrics', guarded)).status).toBe(401)
  expect((await ask('/metrics', guarded, { authorization: 'Bearer wrong' })).status).toBe(401)
  const answer = await ask('/metrics', guarded, { authorization: `Bearer ${TOKEN}` })
  expect(await answer.text()).toBe('fbads_warehouse_up 1\n')
  expect(answer.headers.get('content-type')).toContain('version=0.0.4')
  expect((await ask('/healthz', guarded)).status).toBe(200)
  expect((await ask('/readyz', guarded)).status).toBe(200)
  expect((await ask('/metrics')).status).toBe(200)
})

import { Socket } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import { Queue, queueSchema } from '../../src/worker/queue.ts'
import { serverOptions } from '../support/warehouses.ts'

it('the connections of the queue ask whether the other end is there', async () => {
  const asks = vi.spyOn(Socket.prototype, 'setKeepAlive')
  onTestFinished(() => asks.mockRestore())
  const options = serverOptions()
  const queue = await Queue.open({
    connectionString: options.connectionString,
    schema: options.schema,
    supervises: false,
    fires: false,
    onError: () => undefined,
  })
  expect(asks).toHaveBeenCalledWith(true, 60_000)
  await queue.close()
  const warehouse = await openPostgres(options)
  await warehouse.use((session) => session.query(`DROP SCHEMA "${queueSchema(options.schema)}" CASCADE`))
  await warehouse.close()
})

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Connection } from './create-session.ts'
import type { PgliteAnswer, PgliteRequest } from './pglite-requests.ts'
import type { Table } from './session.ts'

/** The embedded database, in a thread of its own; one connection. */
export interface EmbeddedDatabase extends Connection {
  /** Whether a transaction was open after what was last asked. */
  readonly isInTransaction: boolean
  close(): Promise<void>
  /** Ends the thread as it is, without another write. */
  abandon(): Promise<void>
}

interface Waiting {
  resolve(table: Table): void
  reject(error: Error): void
}

/** Starts it with the data in `folder`, which is made when it is not there; null keeps everything in memory. */
export async function startPglite(folder: string | null): Promise<EmbeddedDatabase> {
  // As this file has, before and after it is compiled.
  const extension = extname(import.meta.url)
  const thread = new Worker(new URL(`pglite-thread${extension}`, import.meta.url), { workerData: folder })
  const waiting: Waiting[] = []
  let isOpen = true
  let isInTransaction = false

  thread.on('message', ({ result, ...state }: PgliteAnswer) => {
    isInTransaction = state.isInTransaction
    const first = waiting.shift()
    // Who waits for nothing may end.
    if (waiting.length === 0) thread.unref()
    if ('table' in result) first?.resolve(result.table)
    else first?.reject(Object.assign(result.error, result.fields))
  })
  const end = (error: Error) => {
    isOpen = false
    for (const each of waiting.splice(0)) each.reject(error)
  }
  thread.once('error', end)
  thread.once('exit', () => end(new Error('the embedded database has ended')))

  const ask = (request: PgliteRequest, handedOver: readonly ArrayBuffer[] = []): Promise<Table> =>
    new Promise((resolve, reject) => {
      if (!isOpen) return reject(new Error('the embedded database has ended'))
      thread.postMessage(request, [...handedOver])
      thread.ref()
      waiting.push({ resolve, reject })
    })
  const abandon = async () => {
    await thread.terminate()
  }
  try {
    await ask({ type: 'start' })
  } catch (error) {
    await abandon()
    throw error
  }
  return {
    execute: (sql, params) => ask({ type: 'execute', sql, params }),
    async copyInto(target, chunks) {
      // Copies, since who gives the chunks may need them again.
      const copies = chunks.map((chunk) => new Uint8Array(chunk))
      await ask(
        { type: 'copy', target, chunks: copies },
        copies.map(({ buffer }) => buffer),
      )
    },
    get isInTransaction() {
      return isInTransaction
    },
    async close() {
      try {
        await ask({ type: 'close' })
      } finally {
        await abandon()
      }
    },
    abandon,
  }
}

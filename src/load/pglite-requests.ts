import type { Table } from './session.ts'

/** What the thread of the embedded database is sent. */
export type PgliteRequest =
  | { readonly type: 'start' | 'close' }
  | { readonly type: 'execute'; readonly sql: string; readonly params: readonly unknown[] }
  /** `target` is `table (columns)`; the chunks are handed over. */
  | { readonly type: 'copy'; readonly target: string; readonly chunks: readonly Uint8Array<ArrayBuffer>[] }

/** What it answers to each, in order. */
export interface PgliteAnswer {
  readonly result:
    | { readonly table: Table }
    /** What an error has besides its message and stack is lost between threads. */
    | { readonly error: Error; readonly fields: Readonly<Record<string, unknown>> }
  readonly isInTransaction: boolean
}

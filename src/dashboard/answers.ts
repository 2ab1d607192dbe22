import type { ScopeAccount, View } from './scope.ts'

/** What a page is answered; `data` depends on what was asked. */
export interface Answer<Data> {
  readonly data: Data
  /** What the data are of; null where days do not matter. */
  readonly view: View | null
  /** The statements behind it, as a person can repeat them. */
  readonly sql: readonly string[]
  readonly ms: number
}

export interface Problem {
  readonly kind: 'no-warehouse' | 'database' | 'request' | 'internal' | 'unauthorized'
  /** What happened and what to do. */
  readonly message: string
}

/** What a page needs to know before it can ask anything. */
export interface Setting {
  readonly version: string
  readonly accounts: readonly ScopeAccount[]
  readonly warehouse: { readonly kind: 'pglite' | 'postgres'; readonly location: string }
  /** Whether this server can run a sync itself. */
  readonly canSync: boolean
}

import type { Filter } from './filter.ts'
import type { Reader } from './reader.ts'
import type { Scope } from './scope.ts'

/** What a panel may look at. */
export interface PanelContext {
  readonly scope: Scope
  /** What `scope` was made of. */
  readonly filter: Filter
  /** What the panel itself is asked, beside the filter; text from outside. */
  readonly params: URLSearchParams
  readonly reader: Reader
  readonly nowMs: number
}

/** Reads what one part of a page shows. Throws PanelError on parameters that make no sense. */
export type Panel<Data> = (context: PanelContext) => Promise<Data>

/** What was asked cannot be answered; the message is for people. */
export class PanelError extends Error {
  override readonly name = 'PanelError'
}

export type CheckStatus = 'pass' | 'warn' | 'fail'

/** One data-quality check's result, as it is printed and as `etl_check` keeps it. */
export interface CheckResult {
  readonly name: string
  readonly status: CheckStatus
  /** What was found, as text for a person; null when there was nothing to measure. */
  readonly measured: string | null
  /** What is allowed, as text; null for a check without a bound. */
  readonly threshold: string | null
  /** Which account, day, object; and what to do. */
  readonly detail: string
}

/** Reads the warehouse: `$1`, `$2` … are bound to `params`. bigint and numeric come back as text, dates as `YYYY-MM-DD` text. */
export type ReadRows = (sql: string, params?: readonly unknown[]) => Promise<Record<string, unknown>[]>

/** How many rows a load wrote in one table. */
export interface WriteCounts {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly deleted: number
}

import { readOnlyQuery } from '../load/read-only.ts'
import type { Row, Warehouse } from '../load/session.ts'
import { type Sql, toReadableText, toStatement } from './sql.ts'

/** Reads for one answer, and remembers with what. */
export class Reader {
  /** The statements that were run, as a person can repeat them. */
  readonly statements: string[] = []
  readonly #warehouse: Warehouse

  constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse
  }

  /** Runs in a transaction that may not write. Throws as the database does. */
  async read(query: Sql): Promise<Row[]> {
    const { text, params } = toStatement(query)
    this.statements.push(toReadableText(query))
    return (await readOnlyQuery(this.#warehouse, text, params)).rows
  }
}

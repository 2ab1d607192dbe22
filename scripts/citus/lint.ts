import { readStatement, type Sent, type Statement } from './statement.ts'
import { STATEMENT_RULES } from './statement-rules.ts'
import { TRANSACTION_RULES } from './transaction-rules.ts'

/** What would fail, or be slow, where the facts are distributed by account. */
export interface Finding {
  readonly rule: string
  readonly detail: string
  readonly sql: string
}

/** Statements that were sent between BEGIN and its end, or one that was sent alone. */
export type SentTransaction = readonly Sent[]

/** What is wrong with these transactions, each finding once. Throws for what PostgreSQL's parser does not take. */
export async function lint(transactions: readonly SentTransaction[]): Promise<Finding[]> {
  const known = new Map<string, Promise<Statement>>()
  const findings = new Map<string, Finding>()
  const note = (rule: string, detail: string, sql: string) =>
    findings.set(`${rule} ${detail}`, { rule, detail, sql })
  for (const transaction of transactions) {
    const statements: Statement[] = []
    for (const sent of transaction) {
      const read = known.get(sent.sql) ?? readStatement(sent)
      known.set(sent.sql, read)
      statements.push({ ...(await read), params: sent.params })
    }
    for (const statement of statements)
      for (const [rule, find] of Object.entries(STATEMENT_RULES))
        for (const detail of find(statement)) note(rule, detail, statement.sql)
    for (const [rule, find] of Object.entries(TRANSACTION_RULES))
      for (const detail of find(statements)) note(rule, detail, statements.map(({ sql }) => sql).join(';\n'))
  }
  return [...findings.values()]
}

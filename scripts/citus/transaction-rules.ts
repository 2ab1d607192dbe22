import { accountOf, type Statement, type Write } from './statement.ts'
import { DIMENSION_ORDER, isFact, isLedger, placeOf } from './tables.ts'
import { find, list, part, text } from './tree.ts'

/** What a rule finds wrong with the statements of one transaction, in order. */
export type TransactionRule = (transaction: readonly Statement[]) => string[]

const DDL = ['CreateStmt', 'AlterTableStmt', 'IndexStmt', 'DropStmt', 'RenameStmt', 'TruncateStmt']

/** Whether Citus uses one connection a node for it, as it must for DDL and for many accounts at once. */
function isSequential([first]: readonly Statement[]): boolean {
  return (
    first !== undefined && /^set local citus\.multi_shard_modify_mode to 'sequential'/i.test(first.sql.trim())
  )
}

function writesOf(transaction: readonly Statement[]): (Write & { readonly statement: Statement })[] {
  return transaction.flatMap((statement) => statement.writes.map((write) => ({ ...write, statement })))
}

/** Relations that a statement creates, changes or drops as such. */
export function definedBy({ kind, tree }: Statement): string[] {
  if (!DDL.includes(kind)) return []
  const statement = part(tree, kind)
  const dropped = list(statement, 'objects').flatMap((object) =>
    [...find(object, 'String')].slice(-1).map((name) => text(name, 'sval')),
  )
  const truncated = [...find(list(statement, 'relations'), 'RangeVar')].map((range) => text(range, 'relname'))
  return [text(part(statement, 'relation'), 'relname'), ...dropped, ...truncated].filter(Boolean)
}

export const TRANSACTION_RULES: Readonly<Record<string, TransactionRule>> = {
  'one account a transaction': (transaction) => {
    if (isSequential(transaction)) return []
    const accounts = new Set(
      writesOf(transaction).flatMap(({ kind, target, tree, statement }) => {
        if (placeOf(target) !== 'distributed' || (kind !== 'UpdateStmt' && kind !== 'DeleteStmt')) return []
        return accountOf(tree.whereClause, statement.params) ?? []
      }),
    )
    return accounts.size > 1 ? [`accounts ${[...accounts].join(', ')}`] : []
  },

  'UPDATE and DELETE name the account': (transaction) => {
    // With one connection a node, rows of many accounts may be changed: who finishes a month does.
    if (isSequential(transaction)) return []
    return writesOf(transaction)
      .filter(({ kind, target }) => /Update|Delete/.test(kind) && placeOf(target) === 'distributed')
      .filter(({ tree, statement }) => accountOf(tree.whereClause, statement.params) === null)
      .map(({ target }) => `${target}, of any account`)
  },

  'dimensions first, in their order, then facts, the ledger last': (transaction) => {
    if (isSequential(transaction)) return []
    const found: string[] = []
    let stage = 0
    let dimension = 0
    for (const { target } of writesOf(transaction)) {
      const place = placeOf(target)
      const order = DIMENSION_ORDER.indexOf(target)
      if (place === 'reference') {
        if (stage > 0) found.push(`${target} is written after rows of an account`)
        if (order >= 0 && order < dimension)
          found.push(`${target} is written after ${DIMENSION_ORDER[dimension]}`)
        dimension = Math.max(dimension, order)
      }
      if (place === 'distributed' && isFact(target)) {
        if (stage > 1) found.push(`${target} is written after the ledger`)
        stage = Math.max(stage, 1)
      }
      if (isLedger(target)) stage = 2
    }
    return found
  },

  'DDL of what is distributed begins with the sequential mode': (transaction) => {
    if (isSequential(transaction)) return []
    return transaction
      .flatMap(definedBy)
      .filter((relation) => placeOf(relation) !== 'local')
      .map((relation) => `${relation} is created, changed or dropped`)
  },

  'a partition is attached after everything but the ledger': (transaction) => {
    const attached = transaction.findIndex(({ tree }) =>
      [...find(tree, 'AlterTableCmd')].some((command) => text(command, 'subtype') === 'AT_AttachPartition'),
    )
    if (attached < 0) return []
    return writesOf(transaction.slice(attached + 1))
      .filter(({ target }) => placeOf(target) === 'reference')
      .map(({ target }) => `${target} is written after it`)
  },
}

import { parse } from 'pgsql-parser'
import { columnOf, conjuncts, find, isNode, list, type Node, part, relationsOf, text } from './tree.ts'

/** One statement as the server has taken it. */
export interface Sent {
  readonly sql: string
  /** The values of `$1`, `$2`, …, as text; null is NULL. */
  readonly params: readonly (string | null)[]
}

/** A statement, read. */
export interface Statement extends Sent {
  /** E.g. `DeleteStmt`. */
  readonly kind: string
  readonly tree: Node
  /** How many there were in one query. */
  readonly count: number
  /** What it changes: the target of INSERT, UPDATE, DELETE, MERGE and COPY FROM, also of those in WITH. */
  readonly writes: readonly Write[]
  readonly relations: readonly string[]
}

export interface Write {
  readonly kind: 'InsertStmt' | 'UpdateStmt' | 'DeleteStmt' | 'MergeStmt' | 'CopyStmt'
  readonly target: string
  readonly tree: Node
}

const WRITES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt'] as const

/** Throws when PostgreSQL's parser does. */
export async function readStatement(sent: Sent): Promise<Statement> {
  const { stmts = [] } = await parse(sent.sql)
  const [first] = stmts
  const tree: unknown = first?.stmt ?? {}
  if (!isNode(tree)) throw new TypeError('A parse tree is an object.')
  return {
    ...sent,
    kind: Object.keys(tree)[0] ?? '',
    tree,
    count: stmts.length,
    writes: WRITES.flatMap((kind) =>
      [...find(tree, kind)]
        .filter((write) => kind !== 'CopyStmt' || write.is_from === true)
        .map((write) => ({ kind, target: text(part(write, 'relation'), 'relname'), tree: write })),
    ),
    relations: relationsOf(tree),
  }
}

/** The accounts to which a WHERE holds its statement: of `account_id = …`; null when it does not name one. */
export function accountOf(where: unknown, params: Sent['params']): string | null {
  for (const condition of conjuncts(where)) {
    const expression = part(condition, 'A_Expr')
    if (operatorOf(expression) !== '=') continue
    for (const [one, other] of [
      [expression.lexpr, expression.rexpr],
      [expression.rexpr, expression.lexpr],
    ]) {
      if (columnOf(one) !== 'account_id') continue
      const value = constantOf(other, params)
      if (value !== null) return value
    }
  }
  return null
}

export function operatorOf(expression: Node): string {
  return text(part(list(expression, 'name').at(-1), 'String'), 'sval')
}

/** A literal or a parameter, also when it is cast; null for anything else. */
function constantOf(expression: unknown, params: Sent['params']): string | null {
  const cast = part(expression, 'TypeCast')
  if ('arg' in cast) return constantOf(cast.arg, params)
  const parameter = part(expression, 'ParamRef')
  if (typeof parameter.number === 'number') return params[parameter.number - 1] ?? `$${parameter.number}`
  const constant = part(expression, 'A_Const')
  if ('ival' in constant) return String(part(constant, 'ival').ival ?? 0)
  if ('fval' in constant) return text(part(constant, 'fval'), 'fval')
  if ('sval' in constant) return text(part(constant, 'sval'), 'sval')
  return null
}

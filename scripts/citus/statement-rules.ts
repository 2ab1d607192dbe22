import { accountOf, operatorOf, type Statement } from './statement.ts'
import { isFact, placeOf } from './tables.ts'
import { definedBy } from './transaction-rules.ts'
import { columnOf, conjuncts, find, isNode, list, type Node, part, relationsOf, text } from './tree.ts'

/** What a rule finds wrong with one statement. */
export type StatementRule = (statement: Statement) => string[]

const places = (relations: readonly string[]) => new Set(relations.map(placeOf))
const VOLATILE = ['clock_timestamp', 'random', 'gen_random_uuid', 'nextval', 'timeofday']

function nameOf(call: Node): string {
  return text(part(list(call, 'funcname').at(-1), 'String'), 'sval')
}

/** Relations that stand in this FROM itself, not in a subquery of it. */
function directly(from: unknown): string[] {
  const outside = (kind: string) => kind !== 'RangeSubselect' && kind !== 'SubLink'
  return [...find(from, 'RangeVar', outside)].map((range) => text(range, 'relname'))
}

/** `NOT EXISTS (…)` and `NOT IN (…)`: what is asked for. */
function denied(where: unknown): Node[] {
  const outside = (kind: string) => kind !== 'RangeSubselect'
  return [...find(where, 'BoolExpr', outside)]
    .filter((expression) => text(expression, 'boolop') === 'NOT_EXPR')
    .flatMap((expression) => list(expression, 'args').flatMap((arg) => part(arg, 'SubLink')))
    .map((link) => part(link, 'subselect'))
    .filter((select) => Object.keys(select).length > 0)
}

/** Every SELECT, each with the names that WITH defines: they are no relations. */
function selectsOf({ tree }: Statement): { select: Node; own: ReadonlySet<string> }[] {
  const own = new Set([...find(tree, 'CommonTableExpr')].map((cte) => text(cte, 'ctename')))
  return [...find(tree, 'SelectStmt')].map((select) => ({ select, own }))
}

export const STATEMENT_RULES: Readonly<Record<string, StatementRule>> = {
  'one statement a query': ({ count }) => (count > 1 ? [`${count} statements`] : []),

  'no DELETE by what a local table lacks': ({ writes }) =>
    writes
      .filter(({ kind, target }) => kind === 'DeleteStmt' && placeOf(target) !== 'local')
      .filter(({ tree }) =>
        denied(tree.whereClause).some((select) => places(relationsOf(select)).has('local')),
      )
      .map(({ target }) => target),

  'no UPDATE of a dimension from a local table': ({ writes, tree: whole }) =>
    writes
      .filter(({ kind, target }) => kind === 'UpdateStmt' && placeOf(target) === 'reference')
      .filter(({ tree }) => {
        const defined = [...find(whole, 'CommonTableExpr')].map((cte) => cte.ctequery)
        const from = [...find(tree.fromClause, 'RangeVar')]
        return (
          from.length > 0 &&
          places(
            relationsOf([...from.map((range) => ({ RangeVar: range })), ...defined]).filter(
              (name) => !definesName(whole, name),
            ),
          ).has('local')
        )
      })
      .map(({ target }) => target),

  'no MERGE': ({ writes }) => writes.filter(({ kind }) => kind === 'MergeStmt').map(({ target }) => target),

  'the account of a row does not change': ({ writes }) =>
    writes
      .filter(({ kind, target }) => kind === 'UpdateStmt' && placeOf(target) === 'distributed')
      .filter(({ tree }) =>
        list(tree, 'targetList').some((set) => text(part(set, 'ResTarget'), 'name') === 'account_id'),
      )
      .map(({ target }) => target),

  'an UPDATE calls nothing that changes by itself': ({ writes }) =>
    writes
      .filter(({ kind, target }) => kind === 'UpdateStmt' && placeOf(target) === 'distributed')
      .flatMap(({ tree }) => [...find(tree, 'FuncCall')])
      .map(nameOf)
      .filter((name) => VOLATILE.includes(name)),

  'dimensions are written in the order of their keys': ({ writes }) =>
    writes
      .filter(({ kind, target }) => kind === 'InsertStmt' && placeOf(target) === 'reference')
      .filter(({ tree }) => {
        const select = part(part(tree, 'selectStmt'), 'SelectStmt')
        const from = list(select, 'fromClause')
        const isSeries = [...find(from, 'FuncCall')].some((call) => nameOf(call) === 'generate_series')
        return from.length > 0 && !isSeries && list(select, 'sortClause').length === 0
      })
      .map(({ target }) => target),

  'one action an ALTER, and each constraint named': ({ tree }) => {
    const alter = part(tree, 'AlterTableStmt')
    const commands = list(alter, 'cmds')
    const unnamed = [...find([commands, part(tree, 'CreateStmt')], 'Constraint')]
      .filter(
        (constraint) => !/NOTNULL|NULL|DEFAULT|IDENTITY|GENERATED|ATTR/.test(text(constraint, 'contype')),
      )
      .filter((constraint) => text(constraint, 'conname') === '')
    const isDistributed = definedName(tree) !== '' && placeOf(definedName(tree)) !== 'local'
    return [
      ...(commands.length > 1 ? [`${commands.length} actions`] : []),
      ...(isDistributed ? unnamed.map((constraint) => `${text(constraint, 'contype')} without a name`) : []),
    ]
  },

  'tables are logged': ({ tree }) => {
    const relation = part(part(tree, 'CreateStmt'), 'relation')
    return text(relation, 'relpersistence') === 'u' ? [text(relation, 'relname')] : []
  },

  'no trigger': ({ kind }) => (kind === 'CreateTrigStmt' ? ['CREATE TRIGGER'] : []),

  'no CONCURRENTLY on a parent': ({ tree }) => {
    const index = part(tree, 'IndexStmt')
    const isDetached = [...find(tree, 'PartitionCmd')].some((command) => command.concurrent === true)
    return index.concurrent === true || isDetached ? ['CONCURRENTLY'] : []
  },

  'a table with accounts and a local one do not meet in one FROM': (statement) =>
    selectsOf(statement).flatMap(({ select, own }) => {
      const joined = directly(select.fromClause).filter((name) => !own.has(name))
      const found = places(joined)
      return found.has('distributed') && found.has('local') ? [joined.join(', ')] : []
    }),

  'no dimension by what facts lack': (statement) =>
    selectsOf(statement).flatMap(({ select, own }) => {
      const outer = directly(select.fromClause).filter((name) => !own.has(name))
      if (!places(outer).has('reference') || places(outer).has('distributed')) return []
      const asked = denied(select.whereClause).flatMap(relationsOf)
      return places(asked).has('distributed') ? [`${outer.join(', ')} without ${asked.join(', ')}`] : []
    }),

  'no LATERAL of facts for each row of a dimension': (statement) =>
    selectsOf(statement).flatMap(({ select, own }) => {
      const outer = directly(select.fromClause).filter((name) => !own.has(name))
      if (!places(outer).has('reference') || places(outer).has('distributed')) return []
      return [...find(select.fromClause, 'RangeSubselect')]
        .filter((inner) => inner.lateral === true && places(relationsOf(inner.subquery)).has('distributed'))
        .map(() => outer.join(', '))
    }),

  'no ROLLUP, CUBE or GROUPING SETS straight on facts': (statement) =>
    selectsOf(statement)
      .filter(({ select }) =>
        list(select, 'groupClause').some((group) => isNode(group) && 'GroupingSet' in group),
      )
      .filter(({ select }) => places(directly(select.fromClause)).has('distributed'))
      .filter(({ select }) => accountOf(select.whereClause, statement.params) === null)
      .map(({ select }) => directly(select.fromClause).join(', ')),

  'rows of accounts are locked for one account': (statement) =>
    selectsOf(statement)
      .filter(({ select }) => list(select, 'lockingClause').length > 0)
      .filter(({ select }) => places(directly(select.fromClause)).has('distributed'))
      .filter(({ select }) => accountOf(select.whereClause, statement.params) === null)
      .map(({ select }) => directly(select.fromClause).join(', ')),

  'no recursion into facts of all accounts': (statement) =>
    [...find(statement.tree, 'withClause')].some((clause) => clause.recursive === true) &&
    places(statement.relations).has('distributed') &&
    selectsOf(statement).every(({ select }) => accountOf(select.whereClause, statement.params) === null)
      ? ['WITH RECURSIVE']
      : [],

  'facts are filtered by their own date_id': (statement) =>
    selectsOf(statement).flatMap(({ select, own }) => {
      const joined = directly(select.fromClause).filter((name) => !own.has(name))
      if (!joined.some(isFact) || !joined.includes('dim_date')) return []
      const columns = conjuncts(select.whereClause)
        .map((condition) => part(condition, 'A_Expr'))
        .filter((expression) => operatorOf(expression) !== '' && columnOf(expression.rexpr) === null)
        .map((expression) => columnOf(expression.lexpr))
      return columns.includes('date') && !columns.includes('date_id') ? [joined.join(', ')] : []
    }),

  'no dimension LEFT JOIN facts': (statement) =>
    [...find(statement.tree, 'JoinExpr')]
      .filter((join) => text(join, 'jointype') === 'JOIN_LEFT')
      .filter(({ larg, rarg }) => {
        const right = text(part(rarg, 'RangeVar'), 'relname')
        const left = places(directly(larg))
        return isFact(right) && left.has('reference') && !left.has('distributed')
      })
      .map(({ larg }) => directly(larg).join(', ')),

  'distributed tables are made and dropped one a statement': (statement) =>
    statement.kind === 'DropStmt' &&
    definedBy(statement).filter((name) => placeOf(name) !== 'local').length > 1
      ? [definedBy(statement).join(', ')]
      : [],
}

function definedName(tree: Node): string {
  return (
    text(part(part(tree, 'CreateStmt'), 'relation'), 'relname') ||
    text(part(part(tree, 'AlterTableStmt'), 'relation'), 'relname')
  )
}

function definesName(tree: Node, name: string): boolean {
  return [...find(tree, 'CommonTableExpr')].some((cte) => text(cte, 'ctename') === name)
}

/** A node of PostgreSQL's parse tree, as its parser names it, e.g. `RangeVar`. */
export type Node = Readonly<Record<string, unknown>>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands under `name` of a node; an empty one when nothing does. */
export function part(node: unknown, name: string): Node {
  const found = isNode(node) ? node[name] : undefined
  return isNode(found) ? found : {}
}

export function list(node: unknown, name: string): readonly unknown[] {
  const found = isNode(node) ? node[name] : undefined
  return Array.isArray(found) ? found : []
}

export function text(node: unknown, name: string): string {
  const found = isNode(node) ? node[name] : undefined
  return typeof found === 'string' ? found : ''
}

/** Every node of this kind, however deep; `into` false keeps out of what it says. */
export function* find(
  node: unknown,
  kind: string,
  into: (kind: string) => boolean = () => true,
): Generator<Node> {
  if (Array.isArray(node)) {
    for (const each of node) yield* find(each, kind, into)
    return
  }
  if (!isNode(node)) return
  for (const [name, value] of Object.entries(node)) {
    if (name === kind && isNode(value)) yield value
    if (into(name)) yield* find(value, kind, into)
  }
}

/** The names of all relations that are read or written, without those that the statement itself defines. */
export function relationsOf(node: unknown): string[] {
  const own = new Set([...find(node, 'CommonTableExpr')].map((cte) => text(cte, 'ctename')))
  const named = [...find(node, 'RangeVar')].map((range) => text(range, 'relname'))
  const written = [...find(node, 'relation')].map((relation) => text(relation, 'relname')).filter(Boolean)
  return [...new Set([...named, ...written])].filter((name) => !own.has(name))
}

/** The conditions that all must hold, of one expression. */
export function conjuncts(expression: unknown): Node[] {
  if (!isNode(expression)) return []
  const bool = part(expression, 'BoolExpr')
  if (text(bool, 'boolop') === 'AND_EXPR') return list(bool, 'args').flatMap(conjuncts)
  return [expression]
}

/** The last name of a column, e.g. `account_id` of `f.account_id`; null for anything else. */
export function columnOf(expression: unknown): string | null {
  const fields = list(part(expression, 'ColumnRef'), 'fields')
  return text(part(fields.at(-1), 'String'), 'sval') || null
}

import type { Session } from '../../src/load/session.ts'

/** A node of a plan, as EXPLAIN writes it in JSON. */
interface PlanNode {
  readonly 'Node Type': string
  /** `Member` below an Append. */
  readonly 'Parent Relationship'?: string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  /** How often it ran; 0 where the plan turned out not to need it. */
  readonly 'Actual Loops'?: number
  readonly Plans?: readonly PlanNode[]
}

interface Explained {
  readonly rows: number
  readonly ms: number
  /** Partitions of facts that were read, e.g. `fact_core_metrics_202411`; each once, sorted. */
  readonly partitions: readonly string[]
  readonly indexes: readonly string[]
  /** How many partitions are added up by themselves, instead of together. */
  readonly addedUpApart: number
}

/** Runs a query and says what EXPLAIN ANALYZE says of it. */
export async function explain(session: Session, sql: string): Promise<Explained> {
  const [answer = {}] = await session.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`)
  const [explained] = answer['QUERY PLAN'] as [
    { readonly Plan: PlanNode & { readonly 'Actual Rows': number }; readonly 'Execution Time': number },
  ]
  const { Plan: plan, 'Execution Time': ms } = explained
  return {
    rows: Number(plan['Actual Rows']),
    ms: Number(ms),
    partitions: partitionsOf(plan),
    indexes: indexesOf(plan),
    addedUpApart: nodesOf(plan).filter(isAddedUpApart).length,
  }
}

function partitionsOf(plan: PlanNode): string[] {
  return readBy(plan, 'Relation Name').filter((name) => /^fact_\w+_\d{6}$/.test(name))
}

function indexesOf(plan: PlanNode): string[] {
  return readBy(plan, 'Index Name')
}

function isAddedUpApart(node: PlanNode): boolean {
  return node['Node Type'] === 'Aggregate' && node['Parent Relationship'] === 'Member'
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** The names that the nodes which ran have under `key`. */
function readBy(node: PlanNode, key: 'Relation Name' | 'Index Name'): string[] {
  const own = node['Actual Loops'] === 0 ? [] : [node[key] ?? []].flat()
  return [...new Set([...own, ...(node.Plans ?? []).flatMap((child) => readBy(child, key))])].sort()
}

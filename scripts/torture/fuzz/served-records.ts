import { type ServedAnswer, textOf } from './answer.ts'
import { type JsonNode, memberOf, parseJsonTree } from './json-tree.ts'

/** A record as it was served. */
export interface ServedRecord {
  readonly source: string
  readonly node: JsonNode
}

/** A page that a program may take for one. */
export interface ServedPage {
  readonly records: readonly ServedRecord[]
  /** True when it says, however it says it, that there is another page. */
  readonly saysNext: boolean
}

/** The pages among the answers: good JSON, no error, a list of objects. */
export function pagesOf(served: readonly ServedAnswer[]): ServedPage[] {
  return served.flatMap((answer) => {
    const json = jsonOf(answer)
    if (json === null) return []
    const data = memberOf(json.tree, 'data')
    if (data?.kind !== 'array' || data.items.some(({ kind }) => kind !== 'object')) return []
    const records = data.items.map((node) => ({ source: json.text.slice(node.start, node.end), node }))
    const paging = memberOf(json.tree, 'paging')
    const next = memberOf(paging, 'next')
    const saysNext = (paging?.kind !== 'object' && isSomething(paging)) || isSomething(next)
    return [{ records, saysNext }]
  })
}

/** The objects that were answered one by one, also within a batch. */
export function nodesOf(served: readonly ServedAnswer[]): ServedRecord[] {
  return served.flatMap((answer) => {
    const json = jsonOf(answer)
    if (json === null) return []
    if (json.tree.kind === 'object') return [{ source: json.text, node: json.tree }]
    const items = json.tree.kind === 'array' ? json.tree.items : []
    return items.flatMap((item) => {
      const body = memberOf(item, 'body')
      const inner = body?.kind === 'text' ? parsed(body.text) : null
      return inner?.tree.kind === 'object' ? [{ source: inner.text, node: inner.tree }] : []
    })
  })
}

/** The JSON of an answer that is no error; null when it is none. */
function jsonOf(answer: ServedAnswer): { text: string; tree: JsonNode } | null {
  const text = answer.status === 200 ? textOf(answer) : null
  const json = text === null ? null : parsed(text)
  return json === null || isSomething(memberOf(json.tree, 'error')) ? null : json
}

function parsed(text: string): { text: string; tree: JsonNode } | null {
  try {
    return { text, tree: parseJsonTree(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isSomething(node: JsonNode | undefined): boolean {
  return node !== undefined && !(node.kind === 'literal' && node.value === null)
}

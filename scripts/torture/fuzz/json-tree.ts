/** A JSON text's value with its place in the text, and with everything that JSON.parse loses. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly source: string }
  | { readonly kind: 'literal'; readonly value: boolean | null }
)

/** A key may come twice. */
export interface JsonMember {
  readonly key: string
  readonly keyNode: JsonNode
  readonly node: JsonNode
}

/** A JSON text and what stands where in it. */
export interface ParsedJson {
  readonly text: string
  readonly tree: JsonNode
}

/** More than any answer has, few enough for a function that calls itself. */
const MAX_DEPTH = 300

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** A second reading of JSON, by other means than the program's. Throws SyntaxError. */
export function parseJsonTree(text: string): JsonNode {
  const value = readNode(text, skipSpace(text, 0), 0)
  if (skipSpace(text, value.end) !== text.length) throw new SyntaxError('something stands after the value')
  return value
}

/** The member of an object that counts: of several with one key, the last. Undefined when there is none. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.findLast((member) => member.key === key)?.node : undefined
}

/** The JSON source of a node of `text`. */
export function sourceOf(text: string, { start, end }: JsonNode): string {
  return text.slice(start, end)
}

/** `text` with another source in the node's place. */
export function replaced(text: string, { start, end }: JsonNode, source: string): string {
  return text.slice(0, start) + source + text.slice(end)
}

function readNode(text: string, start: number, depth: number): JsonNode {
  if (depth > MAX_DEPTH) throw new SyntaxError('nested too deeply')
  switch (text[start]) {
    case '{':
      return readObject(text, start, depth)
    case '[':
      return readArray(text, start, depth)
    case '"':
      return readText(text, start)
    default:
      return readWord(text, start)
  }
}

function readObject(text: string, start: number, depth: number): JsonNode {
  const members: JsonMember[] = []
  let at = skipSpace(text, start + 1)
  if (text[at] === '}') return { kind: 'object', members, start, end: at + 1 }
  for (;;) {
    const keyNode = readText(text, at)
    const colon = skipSpace(text, keyNode.end)
    if (text[colon] !== ':') throw new SyntaxError('a key without a value')
    const node = readNode(text, skipSpace(text, colon + 1), depth + 1)
    members.push({ key: keyNode.text, keyNode, node })
    at = skipSpace(text, node.end)
    if (text[at] === '}') return { kind: 'object', members, start, end: at + 1 }
    if (text[at] !== ',') throw new SyntaxError('an object that does not end')
    at = skipSpace(text, at + 1)
  }
}

function readArray(text: string, start: number, depth: number): JsonNode {
  const items: JsonNode[] = []
  let at = skipSpace(text, start + 1)
  if (text[at] === ']') return { kind: 'array', items, start, end: at + 1 }
  for (;;) {
    const node = readNode(text, at, depth + 1)
    items.push(node)
    at = skipSpace(text, node.end)
    if (text[at] === ']') return { kind: 'array', items, start, end: at + 1 }
    if (text[at] !== ',') throw new SyntaxError('a list that does not end')
    at = skipSpace(text, at + 1)
  }
}

function readText(text: string, start: number): JsonNode & { readonly kind: 'text' } {
  if (text[start] !== '"') throw new SyntaxError('no text')
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text[at - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) {
      return { kind: 'text', text: String(JSON.parse(text.slice(start, at + 1))), start, end: at + 1 }
    }
  }
  throw new SyntaxError('a text that does not end')
}

function readWord(text: string, start: number): JsonNode {
  const number = match(NUMBER, text, start)
  if (number !== '') return { kind: 'number', source: number, start, end: start + number.length }
  const literal = match(LITERAL, text, start)
  const value = LITERALS.get(literal)
  if (value === undefined) throw new SyntaxError('no value')
  return { kind: 'literal', value, start, end: start + literal.length }
}

function skipSpace(text: string, at: number): number {
  return at + match(SPACE, text, at).length
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

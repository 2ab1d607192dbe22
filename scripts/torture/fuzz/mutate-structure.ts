import type { Random } from '../../../src/simulator/world/random.ts'
import { evilValue } from './evil-values.ts'
import { hugeValue } from './huge-values.ts'
import { type JsonMember, type JsonNode, memberOf, type ParsedJson, replaced, sourceOf } from './json-tree.ts'

/** Another JSON text made of it, or one that is no JSON any more. */
type Mutate = (parsed: ParsedJson, random: Random) => string

/** One value, anywhere, becomes another. */
export const mutateValue: Mutate = (parsed, random) => {
  const node = pickScalar(parsed.tree, random)
  return replaced(parsed.text, node, evilValue(node, random))
}

export const mutateHuge: Mutate = (parsed, random) => {
  const node = pickScalar(parsed.tree, random)
  return replaced(parsed.text, node, hugeValue(random))
}

/** An object, list or scalar becomes one of the others. */
export const mutateType: Mutate = ({ text, tree }, random) => {
  const node = pickNode(tree, random)
  const own = sourceOf(text, node)
  return replaced(
    text,
    node,
    random.pick([
      () => `[${own}]`,
      () => `{"data":${own}}`,
      () => JSON.stringify(own),
      () => evilValue(node, random),
      () =>
        node.kind === 'array'
          ? toObject(text, node.items)
          : `[${children(node)
              .map((child) => sourceOf(text, child))
              .join(',')}]`,
      () => sourceOf(text, children(node)[0] ?? node),
      () => random.pick(['null', 'true', '0', '""', '[]', '{}']),
    ])(),
  )
}

const OBJECT_CHANGES: readonly ((
  parsed: ParsedJson,
  members: readonly JsonMember[],
  random: Random,
) => string[])[] = [
  ({ text }, members, random) => without(members, random).map((member) => memberSource(text, member)),
  ({ text }, members, random) => {
    const { key, node } = random.pick(members)
    return [
      ...members.map((member) => memberSource(text, member)),
      `${JSON.stringify(key)}:${evilValue(node, random)}`,
    ]
  },
  ({ text }, members, random) => {
    const { key, node } = random.pick(members)
    return [
      `${JSON.stringify(key)}:${evilValue(node, random)}`,
      ...members.map((member) => memberSource(text, member)),
    ]
  },
  ({ text }, members, random) => {
    const other = random.pick([
      '__proto__',
      'constructor',
      'toString',
      'toJSON',
      'then',
      '',
      'data',
      'error',
      'ID',
      ' id',
    ])
    const { node } = random.pick(members)
    return [
      ...members.map((member) => memberSource(text, member)),
      `${JSON.stringify(other)}:${sourceOf(text, node)}`,
    ]
  },
  ({ text }, members, random) => {
    const renamed = random.pick(members)
    const key = random.pick([
      `${renamed.key} `,
      renamed.key.toUpperCase(),
      `${renamed.key}\u0000`,
      '__proto__',
      random.pick(members).key,
    ])
    return members.map((member) =>
      member === renamed
        ? `${JSON.stringify(key)}:${sourceOf(text, member.node)}`
        : memberSource(text, member),
    )
  },
  ({ text }, members, random) => {
    const [one, other] = [random.pick(members), random.pick(members)]
    const value = (member: JsonMember) => (member === one ? other : member === other ? one : member).node
    return members.map((member) => `${JSON.stringify(member.key)}:${sourceOf(text, value(member))}`)
  },
]

const LIST_CHANGES: readonly ((
  parsed: ParsedJson,
  items: readonly JsonNode[],
  random: Random,
) => string[])[] = [
  ({ text }, items, random) => without(items, random).map((item) => sourceOf(text, item)),
  ({ text }, items, random) => [...items, random.pick(items)].map((item) => sourceOf(text, item)),
  ({ text }, items) => items.toReversed().map((item) => sourceOf(text, item)),
  ({ text }, items, random) => [
    ...items.map((item) => sourceOf(text, item)),
    random.pick(['null', '0', '"x"', '{}', '[]', 'true']),
  ],
  (parsed, items, random) => withMemberOfAnother(parsed, items, random),
]

/** Keys and items vanish, come twice, change places. */
export const mutateStructure: Mutate = (parsed, random) => {
  const { text, tree } = parsed
  const node = pickContainer(tree, random)
  if (node.kind === 'object' && node.members.length > 0) {
    return replaced(text, node, `{${random.pick(OBJECT_CHANGES)(parsed, node.members, random).join(',')}}`)
  }
  if (node.kind === 'array' && node.items.length > 0) {
    return replaced(text, node, `[${random.pick(LIST_CHANGES)(parsed, node.items, random).join(',')}]`)
  }
  return replaced(text, node, evilValue(node, random))
}

function withMemberOfAnother(parsed: ParsedJson, items: readonly JsonNode[], random: Random): string[] {
  const { text } = parsed
  const [one, other] = [random.pick(items), random.pick(items)]
  if (one.kind !== 'object' || one.members.length === 0) return items.map((item) => sourceOf(text, item))
  const { key, node } = random.pick(one.members)
  const theirs = memberOf(other, key)
  return items.map((item) =>
    item === one && theirs !== undefined
      ? text.slice(item.start, node.start) + sourceOf(text, theirs) + text.slice(node.end, item.end)
      : sourceOf(text, item),
  )
}

function pickScalar(tree: JsonNode, random: Random): JsonNode {
  for (let node = tree; ; ) {
    const inner = children(node)
    if (inner.length === 0) return node
    node = pickInner(inner, random)
  }
}

function pickNode(tree: JsonNode, random: Random): JsonNode {
  for (let node = tree; ; ) {
    const inner = children(node)
    if (inner.length === 0 || random.chance(0.2)) return node
    node = pickInner(inner, random)
  }
}

function pickContainer(tree: JsonNode, random: Random): JsonNode {
  for (let node = tree; ; ) {
    const inner = children(node).filter(({ kind }) => kind === 'object' || kind === 'array')
    if (inner.length === 0 || random.chance(0.25)) return node
    node = pickInner(inner, random)
  }
}

/** Each as likely as the others, or by its length: what an answer is about is most of it. */
function pickInner(nodes: readonly JsonNode[], random: Random): JsonNode {
  if (random.chance(0.5)) return random.pick(nodes)
  const last = nodes.at(-1)
  const at = random.int(nodes[0]?.start ?? 0, (last?.end ?? 1) - 1)
  return nodes.find((node) => at < node.end) ?? random.pick(nodes)
}

function children(node: JsonNode): JsonNode[] {
  if (node.kind === 'object') return node.members.map((member) => member.node)
  return node.kind === 'array' ? [...node.items] : []
}

function without<T>(items: readonly T[], random: Random): T[] {
  const gone = random.pick(items)
  return items.filter((item) => item !== gone)
}

function memberSource(text: string, { keyNode, node }: JsonMember): string {
  return text.slice(keyNode.start, node.end)
}

function toObject(text: string, items: readonly JsonNode[]): string {
  return `{${items.map((item, index) => `"${index}":${sourceOf(text, item)}`).join(',')}}`
}

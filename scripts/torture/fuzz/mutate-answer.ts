import type { Random } from '../../../src/simulator/world/random.ts'
import { type Answer, textOf } from './answer.ts'
import { type JsonNode, memberOf, type ParsedJson, parseJsonTree } from './json-tree.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateEnvelope, mutatePaging, withCursor } from './mutate-list.ts'
import { mutateHuge, mutateStructure, mutateType, mutateValue } from './mutate-structure.ts'

/** What is done to an answer, and how often of a hundred. */
const MUTATIONS = {
  value: 47,
  type: 10,
  structure: 16,
  paging: 4,
  envelope: 3,
  'another call’s answer': 4,
  bytes: 10,
  compression: 2,
  'a list without end': 1,
  'a value of a size that hurts': 3,
} as const satisfies Record<string, number>
export type Mutation = keyof typeof MUTATIONS

const OF_TEXT = {
  value: mutateValue,
  type: mutateType,
  structure: mutateStructure,
  paging: mutatePaging,
  envelope: mutateEnvelope,
  'a value of a size that hurts': mutateHuge,
} as const satisfies Partial<Record<Mutation, (parsed: ParsedJson, random: Random) => string>>

export function pickMutation(random: Random): Mutation {
  const names = Object.entries(MUTATIONS).flatMap(([name, share]) =>
    Array.from({ length: share }, () => name),
  )
  return parseMutation(random.pick(names))
}

/** `page` numbers the pages of a list without end. */
export function mutateAnswer(
  mutation: Mutation,
  answer: Answer,
  others: readonly Answer[],
  page: number,
  random: Random,
): Answer {
  switch (mutation) {
    case 'another call’s answer':
      return random.pick(others)
    case 'bytes':
      return { ...answer, body: mutateBytes(Buffer.from(answer.body), random) }
    case 'compression':
      return answer
    case 'a list without end':
      return withText(answer, ({ text, tree }) => withCursor({ text, tree }, `page${page}`))
    default:
      return withText(answer, (parsed) => mutateText(parsed, OF_TEXT[mutation], random))
  }
}

/** A batch has an answer in each item's text: either is changed. */
function mutateText(
  parsed: ParsedJson,
  mutate: (parsed: ParsedJson, random: Random) => string,
  random: Random,
): string {
  const bodies = parsed.tree.kind === 'array' ? parsed.tree.items.map((item) => memberOf(item, 'body')) : []
  const texts = bodies.filter((node): node is JsonNode & { kind: 'text' } => node?.kind === 'text')
  if (texts.length === 0 || random.chance(0.4)) return mutate(parsed, random)
  const body = random.pick(texts)
  const inner = mutate({ text: body.text, tree: parseJsonTree(body.text) }, random)
  return parsed.text.slice(0, body.start) + JSON.stringify(inner) + parsed.text.slice(body.end)
}

function withText(answer: Answer, change: (parsed: ParsedJson) => string): Answer {
  const text = textOf(answer) ?? ''
  return { ...answer, body: Buffer.from(change({ text, tree: parseJsonTree(text) })) }
}

function parseMutation(name: string): Mutation {
  if (!Object.hasOwn(MUTATIONS, name)) throw new RangeError(`no mutation "${name}"`)
  return name as Mutation
}

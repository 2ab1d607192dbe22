import type { Random } from '../../../src/simulator/world/random.ts'
import type { Answer } from './answer.ts'
import { errorAnswer, usageHeader } from './error-answers.ts'
import { parseJsonTree } from './json-tree.ts'
import { type Mutation, mutateAnswer, pickMutation } from './mutate-answer.ts'
import { mutateStructure, mutateType, mutateValue } from './mutate-structure.ts'
import type { SeenCall } from './mutated-fetch.ts'
import type { Wire } from './wire.ts'

/** What is done to one of a reading's answers. */
export interface ChangePlan {
  readonly name: string
  change(call: SeenCall, answer: Answer, init: RequestInit): Promise<Answer>
}

/**
 * Decides which of so many answers is changed, how, and whether it comes like that each time. `others` are answers
 * to other calls.
 */
export function planChange(
  random: Random,
  targets: number,
  others: readonly Answer[],
  wire: Wire,
): ChangePlan {
  const chosen = random.int(0, Math.max(0, targets - 1))
  const isOnce = random.chance(0.3)
  const way = pickWay(random, others, wire)
  const keys = new Set<string>()
  let chosenKey: string | null = null
  let changed: Answer | null = null
  let changes = 0
  return {
    name: way.name,
    async change(call, answer, init) {
      keys.add(call.key)
      if (keys.size === chosen + 1) chosenKey ??= call.key
      if (chosenKey === null) return answer
      const isLater = changed !== null
      if (way.name === 'a list without end') {
        changes += 1
        changed ??= answer
        return way.change(changed, changes, init)
      }
      if (call.key !== chosenKey || (isOnce && isLater)) return answer
      if (changed === null || changed.compressed) changed = await way.change(answer, 1, init)
      return changed
    },
  }
}

interface Way {
  readonly name: Mutation | 'an error' | 'usage headers'
  change(answer: Answer, times: number, init: RequestInit): Promise<Answer>
}

function pickWay(random: Random, others: readonly Answer[], wire: Wire): Way {
  if (random.chance(0.06)) {
    return {
      name: 'an error',
      change: async () =>
        mutateAnswer(
          random.pick(['value', 'type', 'structure', 'bytes', 'a value of a size that hurts']),
          errorAnswer(random),
          others,
          0,
          random,
        ),
    }
  }
  if (random.chance(0.06))
    return { name: 'usage headers', change: async (answer) => withUsage(answer, random) }
  const name = pickMutation(random)
  if (name === 'compression') return { name, change: (answer, _, init) => wire.deliver(answer, random, init) }
  return { name, change: async (answer, times) => mutateAnswer(name, answer, others, times, random) }
}

function withUsage(answer: Answer, random: Random): Answer {
  const { name, value } = usageHeader(random)
  const mutate = random.pick([mutateValue, mutateType, mutateStructure])
  const text = mutate({ text: value, tree: parseJsonTree(value) }, random)
  // A header has no other characters.
  return { ...answer, headers: { ...answer.headers, [name]: text.replace(/[^\x20-\x7e]/g, '?') } }
}

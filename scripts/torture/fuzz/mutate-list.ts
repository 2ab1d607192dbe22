import type { Random } from '../../../src/simulator/world/random.ts'
import { memberOf, type ParsedJson, replaced, sourceOf } from './json-tree.ts'

type Mutate = (parsed: ParsedJson, random: Random) => string

const PAGINGS = [
  'null',
  '[]',
  '"next"',
  '7',
  'true',
  '{}',
  '{"next":7}',
  '{"next":true}',
  '{"next":""}',
  '{"next":null}',
  '{"next":{}}',
  '{"next":"x"}',
  '{"next":"https://evil.test/?after=QQ"}',
  '{"next":"https://evil.test/","cursors":{"after":7}}',
  '{"cursors":{"after":"QQ"},"next":"https://evil.test/v26.0/act_1/insights?access_token=stolen"}',
  '{"cursors":[],"next":"https://graph.facebook.com/"}',
  '{"cursors":{"after":"\\u0000\\ud800"},"next":"x"}',
] as const

/** What says whether and where the list goes on. */
export const mutatePaging: Mutate = ({ text, tree }, random) => {
  const paging = memberOf(tree, 'paging')
  const source = random.pick(PAGINGS)
  if (paging !== undefined) return replaced(text, paging, source)
  return tree.kind === 'object' && tree.members.length > 0
    ? `{"paging":${source},${text.slice(tree.start + 1)}`
    : text
}

/** What stands around the records. */
export const mutateEnvelope: Mutate = ({ text, tree }, random) => {
  const data = memberOf(tree, 'data') ?? tree
  const own = sourceOf(text, data)
  return random.pick([
    () => own,
    () => replaced(text, data, `{"data":${own}}`),
    () => replaced(text, data, `[${own}]`),
    () => `{"data":${text}}`,
    () => `[${text}]`,
    () =>
      `{"error":${random.pick(['null', '{}', '[]', '"x"', 'false', '{"code":1}', '{"code":17}'])},${text.slice(tree.start + 1)}`,
    () => `{"summary":${random.pick(['null', '[]', '{"spend":"1"}', '7'])},${text.slice(tree.start + 1)}`,
  ])()
}

/** An answer that has one more page behind it each time. */
export function withCursor({ text, tree }: ParsedJson, cursor: string): string {
  const paging = `{"cursors":{"after":"${cursor}"},"next":"https://graph.facebook.com/?after=${cursor}"}`
  const own = memberOf(tree, 'paging')
  if (own !== undefined) return replaced(text, own, paging)
  return tree.kind === 'object' && tree.members.length > 0
    ? `{"paging":${paging},${text.slice(tree.start + 1)}`
    : text
}

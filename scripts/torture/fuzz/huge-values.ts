import type { Random } from '../../../src/simulator/world/random.ts'

const LONG = 1_000_000

/** Rare, since each takes its time. */
const HUGE: readonly ((random: Random) => string)[] = [
  () => '7'.repeat(LONG),
  () => JSON.stringify('7'.repeat(LONG)),
  () => `0.1${'0'.repeat(LONG)}1`,
  () => `1${'0'.repeat(LONG)}1e-${LONG}`,
  () => JSON.stringify(`0.1${'0'.repeat(LONG)}1`),
  () => `1e${'9'.repeat(LONG)}`,
  () => JSON.stringify('ü'.repeat(LONG)),
  () => JSON.stringify(`${'. '.repeat(LONG / 2)}x`),
  () => JSON.stringify('\u0000'.repeat(LONG)),
  () => JSON.stringify('cannot include '.repeat(LONG / 15)),
  () => JSON.stringify('\\'.repeat(LONG)),
  () => '['.repeat(LONG / 10) + ']'.repeat(LONG / 10),
  () => `${'{"a":'.repeat(LONG / 10)}1${'}'.repeat(LONG / 10)}`,
  () => `[12345678901234567890,${'['.repeat(LONG / 10)}${']'.repeat(LONG / 10)}]`,
  () => `[${'{},'.repeat(LONG / 10)}{}]`,
  () => `{${Array.from({ length: LONG / 20 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
  (random) =>
    JSON.stringify(Array.from({ length: 3_000 }, () => random.int(0, 2 ** 32).toString(36)).join('')),
]

/** JSON source of a size that hurts. */
export function hugeValue(random: Random): string {
  return random.pick(HUGE)(random)
}

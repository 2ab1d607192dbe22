import { type ObjectId, parseAccountId } from '../../model/object-id.ts'
import type { Random } from './random.ts'

/**
 * A maker of ids that never repeat: mostly of 18 digits as Meta's newer ones, some of 17 and 15. Many
 * follow each other so closely that they become the same JavaScript number.
 */
export function createObjectIds(random: Random): () => ObjectId {
  const series = [
    { share: 0.85, next: 120_213_328_950_940_000n + BigInt(random.int(0, 1_000_000)) * 1000n },
    { share: 0.97, next: 23_853_619_670_350_000n + BigInt(random.int(0, 100_000)) * 1000n },
    { share: 1, next: 601_420_000_000_000n + BigInt(random.int(0, 100_000)) * 1000n },
  ]
  return () => {
    const draw = random.next()
    const chosen = series.find(({ share }) => draw < share) ?? series[0]
    if (!chosen) throw new RangeError('no series of ids')
    chosen.next += random.chance(0.3) ? 1n : BigInt(random.int(2, 40_000_000))
    return parseAccountId(String(chosen.next))
  }
}

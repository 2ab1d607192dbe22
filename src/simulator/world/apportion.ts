/**
 * Splits the whole number `total` in proportion to `weights`, by the largest remainders; the parts sum to
 * `total` exactly. With `caps`, no part exceeds its cap. Without any weight, all weigh the same.
 * Throws RangeError when the caps leave no room.
 */
export function apportion(total: number, weights: readonly number[], caps?: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  const quotas = weights.map((weight) => (sum > 0 ? (total * weight) / sum : total / weights.length))
  const roomOf = (index: number, part: number) => (caps?.[index] ?? Number.POSITIVE_INFINITY) - part
  const parts = quotas.map((quota, index) => Math.min(Math.floor(quota), roomOf(index, 0)))

  let rest = total - parts.reduce((a, b) => a + b, 0)
  if (rest === 0) return parts
  const order = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .filter(({ index }) => quotas[index] !== 0 || caps !== undefined)
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  while (rest > 0) {
    const before = rest
    const step = Math.max(1, Math.floor(rest / order.length))
    for (const { index } of order) {
      const part = parts[index] ?? 0
      const gift = Math.min(step, rest, roomOf(index, part))
      parts[index] = part + gift
      rest -= gift
    }
    if (rest === before) throw new RangeError(`${total} does not fit under the caps`)
  }
  return parts
}

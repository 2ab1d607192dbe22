import fc from 'fast-check'
import { expect, it } from 'vitest'
import { apportion } from '../../src/simulator/world/apportion.ts'

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const weightLists = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 })

it('splits a total into whole parts that sum to it, none further than one from its share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), weightLists, (total, weights) => {
      const parts = apportion(total, weights)
      expect(sum(parts)).toBe(total)
      for (const [index, part] of parts.entries()) {
        const share =
          sum(weights) > 0 ? (total * (weights[index] ?? 0)) / sum(weights) : total / weights.length
        expect(Math.abs(part - share)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

it('keeps every part under its cap, and refuses a total above all caps', () => {
  fc.assert(
    fc.property(weightLists, fc.double({ min: 0, max: 1, noNaN: true }), (caps, share) => {
      const total = Math.floor(sum(caps) * share)
      const parts = apportion(
        total,
        caps.map((cap, i) => cap * (1 + (i % 3))),
        caps,
      )
      expect(sum(parts)).toBe(total)
      expect(parts.every((part, index) => part <= (caps[index] ?? 0))).toBe(true)
    }),
  )
  expect(() => apportion(4, [1, 1], [1, 2])).toThrow(RangeError)
})

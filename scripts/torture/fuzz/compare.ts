import { toUnits } from './exact-units.ts'
import { Unclear } from './exact-values.ts'

type Expected = Readonly<Record<string, string | bigint | null>>

/** What `expect` says, or the reason why nothing clear can be said. */
export function expectedOr<T>(expect: () => T): T | Unclear {
  try {
    return expect()
  } catch (error) {
    if (error instanceof Unclear) return error
    throw error
  }
}

/** The first column in which the row is not what was expected; null when there is none. */
export function differenceOf(row: Readonly<Record<string, unknown>>, expected: Expected): string | null {
  for (const name of new Set([...Object.keys(row), ...Object.keys(expected)])) {
    const [is, should] = [row[name], expected[name]]
    const isEqual =
      typeof should === 'bigint' ? typeof is === 'string' && toUnits(is) === should : is === should
    if (!isEqual)
      return `${name} is ${shown(is)}, not ${shown(typeof should === 'bigint' ? `${should}e-60` : should)}`
  }
  return null
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 100)
}

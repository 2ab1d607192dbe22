import { createHash, type Hash } from 'node:crypto'

/** What the rows of a day are, in short. Other rows, or the same in another order, have another digest. */
export interface DayDigest {
  readonly rows: number
  readonly digest: string
}

/** What is told of rows apart, so that it does not matter where they were cut into pieces. */
const PARTS = ['lines', 'clicks', 'unknown'] as const
type Part = (typeof PARTS)[number]

interface Day {
  rows: number
  readonly hashes: Readonly<Record<Part, Hash>>
}

/** Digests of the days of one table, whose rows come in parts. */
export class DayDigests {
  readonly #days = new Map<number, Day>()

  /** Adds `rows` rows to a day, by its key in `dim_date`, and bytes to parts of its digest; in any number of pieces. */
  add(dateId: number, rows: number, parts: Partial<Record<Part, Uint8Array>> = {}): void {
    const day = this.#day(dateId)
    day.rows += rows
    for (const part of PARTS) if (parts[part]) day.hashes[part].update(parts[part])
  }

  get(dateId: number): DayDigest {
    const day = this.#days.get(dateId)
    if (day === undefined) return { rows: 0, digest: '' }
    const digest = PARTS.map((part) => day.hashes[part].copy().digest('base64')).join(' ')
    return { rows: day.rows, digest }
  }

  #day(dateId: number): Day {
    let day = this.#days.get(dateId)
    if (day === undefined) {
      const hash = () => createHash('sha256')
      day = { rows: 0, hashes: { lines: hash(), clicks: hash(), unknown: hash() } }
      this.#days.set(dateId, day)
    }
    return day
  }
}

import { createHash, type Hash } from 'node:crypto'

/** What the rows of a day are, in short. Other rows, or the same in another order, have another digest. */
export interface DayDigest {
  readonly rows: number
  readonly digest: string
}

/** Digests of the days of one table, whose rows come in parts. */
export class DayDigests {
  readonly #days = new Map<number, { rows: number; readonly hash: Hash }>()

  /** Adds `rows` rows to a day, by its key in `dim_date`; `parts` have all that is loaded of them. */
  add(dateId: number, rows: number, parts: readonly Uint8Array[]): void {
    let day = this.#days.get(dateId)
    if (day === undefined) {
      day = { rows: 0, hash: createHash('sha256') }
      this.#days.set(dateId, day)
    }
    day.rows += rows
    for (const part of parts) day.hash.update(part)
  }

  get(dateId: number): DayDigest {
    const day = this.#days.get(dateId)
    return day === undefined
      ? { rows: 0, digest: '' }
      : { rows: day.rows, digest: day.hash.copy().digest('base64') }
  }
}

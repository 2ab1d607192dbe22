import type { Warehouse } from '../../load/session.ts'
import type { Clock } from '../../model/clock.ts'

/** A page asks more often than a warehouse that is not there need be looked for. */
const TRY_AGAIN_MS = 3_000

interface Attempt {
  readonly warehouse: Promise<Warehouse>
  /** Null while it has not failed. */
  failedAtMs: number | null
}

/** The one warehouse of a server that may not be there yet: opened when first asked for, and kept. */
export class WarehouseStore {
  readonly #openForReading: () => Promise<Warehouse>
  readonly #openForLoading: () => Promise<Warehouse>
  readonly #clock: Clock
  #attempt: Attempt | null = null

  constructor(
    openForReading: () => Promise<Warehouse>,
    openForLoading: () => Promise<Warehouse>,
    clock: Clock,
  ) {
    this.#openForReading = openForReading
    this.#openForLoading = openForLoading
    this.#clock = clock
  }

  /** Of a warehouse that is open. */
  static of(warehouse: Warehouse, clock: Clock): WarehouseStore {
    const open = async () => warehouse
    return new WarehouseStore(open, open, clock)
  }

  /** Throws DatabaseError, `not-migrated` while nothing was ever loaded. */
  forReading(): Promise<Warehouse> {
    const failedAtMs = this.#attempt?.failedAtMs ?? null
    const isOver = failedAtMs !== null && this.#clock.now() - failedAtMs > TRY_AGAIN_MS
    if (this.#attempt === null || isOver) this.#attempt = this.#begin(this.#openForReading)
    return this.#attempt.warehouse
  }

  /** The same, made when it is not there. */
  async forLoading(): Promise<Warehouse> {
    // An attempt under way may hold the lock of the folder: only when it has failed is there room for another.
    const open = await this.#attempt?.warehouse.catch(() => null)
    if (open) return open
    this.#attempt = this.#begin(this.#openForLoading)
    return this.#attempt.warehouse
  }

  async close(): Promise<void> {
    const open = await this.#attempt?.warehouse.catch(() => null)
    await open?.close()
  }

  #begin(open: () => Promise<Warehouse>): Attempt {
    const attempt: Attempt = { warehouse: open(), failedAtMs: null }
    attempt.warehouse.catch(() => {
      attempt.failedAtMs = this.#clock.now()
    })
    return attempt
  }
}

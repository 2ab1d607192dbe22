import type { Warehouse } from '../../load/session.ts'
import type { Clock } from '../../model/clock.ts'

/** A page asks more often than a warehouse that is not there need be looked for. */
const TRY_AGAIN_MS = 3_000

/** The one warehouse of a server that may not be there yet: opened when first asked for, and kept. */
export class WarehouseStore {
  readonly #openForReading: () => Promise<Warehouse>
  readonly #openForLoading: () => Promise<Warehouse>
  readonly #clock: Clock
  #opened: Promise<Warehouse> | null = null
  #failedAtMs: number | null = null

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
  async forReading(): Promise<Warehouse> {
    if (this.#failedAtMs !== null && this.#clock.now() - this.#failedAtMs > TRY_AGAIN_MS) this.#forget()
    this.#opened ??= this.#openForReading()
    try {
      return await this.#opened
    } catch (error) {
      this.#failedAtMs ??= this.#clock.now()
      throw error
    }
  }

  /** The same, made when it is not there. */
  async forLoading(): Promise<Warehouse> {
    const open = await this.#opened?.catch(() => null)
    if (open) return open
    this.#forget()
    this.#opened = this.#openForLoading()
    return this.#opened
  }

  async close(): Promise<void> {
    const open = await this.#opened?.catch(() => null)
    await open?.close()
  }

  #forget(): void {
    this.#opened = null
    this.#failedAtMs = null
  }
}

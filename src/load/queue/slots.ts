import type { ObjectId } from '../../model/object-id.ts'
import { advisoryKey } from '../advisory-lock.ts'
import type { Lease, Warehouse } from '../session.ts'

/** Something of which only so many may be at work at once, over all processes. */
export interface SlotGroup {
  readonly name: string
  readonly most: number
}

type LockFunction =
  | 'pg_try_advisory_lock'
  | 'pg_advisory_unlock'
  | 'pg_try_advisory_lock_shared'
  | 'pg_advisory_unlock_shared'

/**
 * The places that this process holds, by session locks of one connection: a process that dies gives them up. The
 * queue's own count of what is at work reads a snapshot, and two processes that take at the same moment may both
 * find the last place free.
 */
export class Slots {
  readonly #warehouse: Warehouse
  #lease: Promise<Lease> | null = null
  readonly #held = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse
  }

  /**
   * A place in each group, to be given back by what is returned; null when one of them is full, or while a sync that
   * needs no queue has the account.
   */
  async take(accountId: ObjectId, groups: readonly SlotGroup[]): Promise<(() => Promise<void>) | null> {
    const account = advisoryKey(this.#warehouse.schema, 'sync', accountId)
    if (!(await this.#ask('pg_try_advisory_lock_shared', account))) return null
    const taken: string[] = []
    const giveBack = async () => {
      await this.#release(taken)
      await this.#ask('pg_advisory_unlock_shared', account).catch(() => undefined)
    }
    try {
      for (const group of groups) {
        const key = await this.#takeOne(group)
        if (key === null) {
          await giveBack()
          return null
        }
        taken.push(key)
      }
    } catch (error) {
      await giveBack()
      throw error
    }
    return giveBack
  }

  async close(): Promise<void> {
    const lease = await this.#lease?.catch(() => null)
    this.#lease = null
    await lease?.release()
  }

  async #takeOne({ name, most }: SlotGroup): Promise<string | null> {
    for (let place = 0; place < most; place += 1) {
      const key = advisoryKey(this.#warehouse.schema, 'slot', `${name} ${place}`)
      // A session may hold its own lock twice.
      if (this.#held.has(key)) continue
      this.#held.add(key)
      try {
        if (await this.#ask('pg_try_advisory_lock', key)) return key
      } catch (error) {
        this.#held.delete(key)
        throw error
      }
      this.#held.delete(key)
    }
    return null
  }

  async #release(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      // When the connection broke meanwhile, the lock went with it.
      await this.#ask('pg_advisory_unlock', key).catch(() => undefined)
      this.#held.delete(key)
    }
  }

  /** A connection does one thing at a time. */
  #ask(what: LockFunction, key: string): Promise<boolean> {
    const asked = this.#turn.then(async () => {
      this.#lease ??= this.#warehouse.lease()
      const current = this.#lease
      try {
        const rows = await (await current).use((session) =>
          session.query(`SELECT ${what}(hashtextextended($1, 0)) AS done`, [key]),
        )
        return rows[0]?.done === true
      } catch (error) {
        if (this.#lease === current) this.#lease = null
        await current.then((lease) => lease.release()).catch(() => undefined)
        throw error
      }
    })
    this.#turn = asked.catch(() => undefined)
    return asked
  }
}

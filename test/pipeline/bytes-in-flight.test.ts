import { expect, it } from 'vitest'
import { ByteRoom, type Held } from '../../src/model/byte-room.ts'
import { addDays, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { expectFacts } from '../support/expect-world.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

/** Knows the most that answers have held, and the largest of them. */
class WatchedRoom extends ByteRoom {
  mostHeld = 0
  largest = 0
  #rows = 0

  override open(): Held {
    const held = super.open()
    let size = 0
    return {
      grow: (bytes, signal) => {
        size += bytes
        this.largest = Math.max(this.largest, size)
        const room = held.grow(bytes, signal)
        this.#look()
        return room
      },
      count: (change) => {
        // Of an answer, too; the room counts both alike.
        this.#rows -= change
        held.count(change)
      },
      release: () => {
        held.release()
        this.#look()
      },
    }
  }

  override count(change: number): void {
    super.count(change)
    this.#rows += change
    this.#look()
  }

  #look(): void {
    this.mostHeld = Math.max(this.mostHeld, this.held - this.#rows)
  }
}

const DAYS = 6
const today = parseCalendarDate('2026-11-05')

describeOnEachWarehouse('what is in flight', (open) => {
  it.each([1, 60_000])('holds %i bytes and one answer at most, and all is loaded', async (limit) => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, accounts: 2, ads: 20, days: DAYS })
    const room = new WatchedRoom(limit)
    const sync = createTestSync(warehouse, { world, room, settings: { chunkDays: 3, maxWorkers: 6 } })
    const { summary } = await sync.run({ days: DAYS })
    expect(summary.status).toBe('succeeded')
    await expectFacts(warehouse, world, daysOf(addDays(today, -DAYS), addDays(today, 1)), NOW)
    expect(room.largest).toBeGreaterThan(20_000)
    expect(room.mostHeld).toBeLessThanOrEqual(limit + room.largest)
    expect(room.held).toBe(0)
  })
})

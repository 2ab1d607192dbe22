import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteRoom } from '../../src/model/byte-room.ts'

const { signal: UNABORTED } = new AbortController()

/** One after the other: answers in their pieces, and the rows that stay of each until the load ends. */
const arbitraryLoad = fc.record({
  answers: fc.array(
    fc.record({ pieces: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }), rows: fc.nat(30) }),
    { maxLength: 4 },
  ),
  /** Before so many pieces it is stopped. */
  stopsBefore: fc.option(fc.nat(6)),
})

const sizeOf = (pieces: readonly number[]) => pieces.reduce((sum, piece) => sum + piece, 0)

describe('the room for answers', () => {
  it('is never over its limit by more than one answer, and lets everybody through, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.array(arbitraryLoad, { minLength: 1, maxLength: 6 }),
        fc.scheduler(),
        async (limit, loads, scheduler) => {
          const room = new ByteRoom(limit)
          const largest = Math.max(0, ...loads.flatMap(({ answers }) => answers.map((a) => sizeOf(a.pieces))))
          let rowsHeld = 0
          const seen = () => expect(room.held - rowsHeld).toBeLessThanOrEqual(limit + largest)
          const turn = () => scheduler.schedule(Promise.resolve())

          const run = async ({ answers, stopsBefore }: (typeof loads)[number]) => {
            const stop = new AbortController()
            let left = stopsBefore
            let rows = 0
            try {
              for (const answer of answers) {
                await room.untilSome(stop.signal)
                const held = room.open()
                try {
                  for (const piece of answer.pieces) {
                    if (left !== null && left-- === 0)
                      void turn().then(() => stop.abort(new Error('stopped')))
                    await held.grow(piece, stop.signal)
                    seen()
                    await turn()
                  }
                  rows += answer.rows
                  rowsHeld += answer.rows
                  room.count(answer.rows)
                  if (room.isOverfull) {
                    room.count(-rows)
                    rowsHeld -= rows
                    rows = 0
                  }
                } finally {
                  held.release()
                  held.release()
                  seen()
                }
              }
            } catch (error) {
              expect(error).toEqual(new Error('stopped'))
            } finally {
              room.count(-rows)
              rowsHeld -= rows
              seen()
            }
          }
          const all = Promise.all(loads.map(run))
          await scheduler.waitFor(all)
          expect(room.held).toBe(0)
        },
      ),
    )
  })

  it('lets an answer that is larger pass when no other goes on, and the others after it', async () => {
    const room = new ByteRoom(10)
    const [small, large, next] = [room.open(), room.open(), room.open()]
    expect(small.grow(4, UNABORTED)).toBeNull()
    const passed: string[] = []
    void large.grow(50, UNABORTED)?.then(() => passed.push('large'))
    void next.grow(1, UNABORTED)?.then(() => passed.push('next'))
    await Promise.resolve()
    expect(passed).toEqual([])
    small.release()
    await Promise.resolve()
    expect(passed).toEqual(['large'])
    expect(large.grow(50, UNABORTED)).toBeNull()
    expect(room.held).toBe(100)
    large.release()
    await Promise.resolve()
    expect(passed).toEqual(['large', 'next'])
    expect(room.held).toBe(1)
  })

  it('is full for who would ask for more, until something is given back', async () => {
    const room = new ByteRoom(10)
    const held = room.open()
    await held.grow(10, UNABORTED)
    let mayAsk = false
    const asking = room.untilSome(UNABORTED).then(() => {
      mayAsk = true
    })
    await Promise.resolve()
    expect(mayAsk).toBe(false)
    held.count(-1)
    await asking
    await expect(room.untilSome(AbortSignal.abort(new Error('stopped')))).resolves.toBeUndefined()
    held.count(1)
    await expect(room.untilSome(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })
})

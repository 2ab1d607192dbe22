/** What happens at which simulated moment; of the same moment, what was planned first comes first. */
export class EventQueue {
  /** Ms since the beginning. */
  nowMs = 0
  readonly #times: number[] = []
  readonly #numbers: number[] = []
  readonly #bodies: (() => void)[] = []
  #planned = 0

  /** Plans `body` for a moment that is not over yet. */
  at(timeMs: number, body: () => void): void {
    let i = this.#times.length
    const number = this.#planned++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.#isBefore(timeMs, number, parent)) break
      this.#move(parent, i)
      i = parent
    }
    this.#put(i, timeMs, number, body)
  }

  /** Lets everything happen, and what is planned meanwhile. */
  run(): void {
    for (;;) {
      const body = this.#bodies[0]
      if (body === undefined) return
      this.nowMs = this.#times[0] ?? 0
      this.#removeFirst()
      body()
    }
  }

  #removeFirst(): void {
    const timeMs = this.#times.pop() ?? 0
    const number = this.#numbers.pop() ?? 0
    const body = this.#bodies.pop()
    const length = this.#times.length
    if (length === 0 || body === undefined) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= length) break
      if (
        child + 1 < length &&
        this.#isBefore(this.#times[child + 1] ?? 0, this.#numbers[child + 1] ?? 0, child)
      )
        child += 1
      if (this.#isBefore(timeMs, number, child)) break
      this.#move(child, i)
      i = child
    }
    this.#put(i, timeMs, number, body)
  }

  #isBefore(timeMs: number, number: number, other: number): boolean {
    const otherMs = this.#times[other] ?? 0
    return timeMs < otherMs || (timeMs === otherMs && number < (this.#numbers[other] ?? 0))
  }

  #move(from: number, to: number): void {
    const body = this.#bodies[from]
    if (body !== undefined) this.#put(to, this.#times[from] ?? 0, this.#numbers[from] ?? 0, body)
  }

  #put(i: number, timeMs: number, number: number, body: () => void): void {
    this.#times[i] = timeMs
    this.#numbers[i] = number
    this.#bodies[i] = body
  }
}

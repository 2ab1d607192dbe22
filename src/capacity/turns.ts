/** What came first goes first. */
export class Fifo<T> {
  #items: T[] = []
  #from = 0

  add(item: T): void {
    this.#items.push(item)
  }

  take(): T | undefined {
    const item = this.#items[this.#from]
    this.#from += 1
    if (this.#from > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#from)
      this.#from = 0
    }
    return item
  }
}

/** The requests that processes may have under way: each has as many turns, and the next is one of the least recent. */
export class Turns {
  readonly #free = new Fifo<number>()
  free = 0

  constructor(processes: number, turnsOfEach: number) {
    for (let turn = 0; turn < processes * turnsOfEach; turn += 1) this.giveBack(turn % processes)
  }

  /** The process whose turn it is; there must be a free one. */
  take(): number {
    this.free -= 1
    return this.#free.take() ?? 0
  }

  giveBack(process: number): void {
    this.#free.add(process)
    this.free += 1
  }
}

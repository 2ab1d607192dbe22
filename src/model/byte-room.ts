/** The bytes of one answer, from its first ones to the moment when its rows are with those that wait to be written. */
export interface Held {
  /**
   * Adds so many bytes; null when there is room for them at once, else a promise that waits for it, and rejects with
   * the signal's reason when aborted.
   */
  grow(bytes: number, signal: AbortSignal): Promise<void> | null
  /** Adds bytes that are there already, or takes some away. */
  count(change: number): void
  /** Gives all of them back; a second call does nothing. */
  release(): void
}

interface Waiting {
  readonly bytes: number
  readonly answer: Answer | null
  readonly admit: () => void
}

/** `running`: goes on without more room, so that it will give back what it holds. */
interface Answer {
  bytes: number
  state: 'empty' | 'running' | 'waiting' | 'released'
}

/**
 * Room for what has arrived and is not written yet, for all who share it: who wants more waits, the first first. When
 * all who could give something back wait themselves, the first of them goes over the limit until it is done. So
 * answers hold the limit and one answer at most, one that is larger than the limit passes alone, and nobody waits
 * for ever. That takes that nobody waits for room while it holds an answer that it has read to its end.
 */
export class ByteRoom {
  readonly #maxBytes: number
  readonly #queue: Waiting[] = []
  #held = 0
  #running = 0
  /** The one that is over the limit, and has to wait no more. */
  #over: Answer | null = null

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** By answers, and by whatever else was counted. */
  get held(): number {
    return this.#held
  }

  get isOverfull(): boolean {
    return this.#held > this.#maxBytes
  }

  /** Resolves when there is any room: before that, nothing more need be asked for. Rejects with the signal's reason. */
  async untilSome(signal: AbortSignal): Promise<void> {
    if (this.#queue.length > 0 || !this.#mayPass(1)) await this.#wait({ bytes: 1, answer: null }, signal)
  }

  /** An answer of which nothing is there yet. */
  open(): Held {
    const answer: Answer = { bytes: 0, state: 'empty' }
    return {
      grow: (bytes, signal) => this.#grow(answer, bytes, signal),
      count: (change) => {
        answer.bytes += change
        this.count(change)
      },
      release: () => this.#release(answer),
    }
  }

  /** Adds bytes that cannot wait, or takes some away: those of rows that are made of answers. */
  count(change: number): void {
    this.#held += change
    this.#settle()
  }

  #grow(answer: Answer, bytes: number, signal: AbortSignal): Promise<void> | null {
    const isFree = this.#queue.length === 0 && this.#held + bytes <= this.#maxBytes
    if (isFree || answer === this.#over) {
      this.#take(answer, bytes)
      return null
    }
    if (answer.state === 'running') this.#running -= 1
    answer.state = 'waiting'
    return this.#wait({ bytes, answer }, signal)
  }

  #take(answer: Answer, bytes: number): void {
    if (answer.state !== 'running') this.#running += 1
    answer.state = 'running'
    answer.bytes += bytes
    this.#held += bytes
  }

  #wait({ bytes, answer }: Omit<Waiting, 'admit'>, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = () => {
      this.#queue.splice(this.#queue.indexOf(waiting), 1)
      // It will give back what it holds.
      if (answer !== null) this.#take(answer, 0)
      reject(signal.reason)
      this.#settle()
    }
    const waiting: Waiting = {
      bytes,
      answer,
      admit: () => {
        signal.removeEventListener('abort', leave)
        resolve()
      },
    }
    this.#queue.push(waiting)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) {
      signal.removeEventListener('abort', leave)
      leave()
    } else this.#settle()
    return promise
  }

  #release(answer: Answer): void {
    if (answer.state === 'released') return
    if (answer.state === 'running') this.#running -= 1
    answer.state = 'released'
    if (this.#over === answer) this.#over = null
    this.#held -= answer.bytes
    this.#settle()
  }

  #mayPass(bytes: number): boolean {
    return this.#held + bytes <= this.#maxBytes || this.#running === 0
  }

  #settle(): void {
    for (
      let [first] = this.#queue;
      first !== undefined && this.#mayPass(first.bytes);
      [first] = this.#queue
    ) {
      this.#queue.shift()
      if (first.answer !== null) {
        if (this.#held + first.bytes > this.#maxBytes) this.#over = first.answer
        this.#take(first.answer, first.bytes)
      }
      first.admit()
    }
  }
}

import { waitFor } from './account-limits.ts'
import type { AccountWork, RequestWork } from './account-work.ts'
import { EventQueue } from './event-queue.ts'
import { COSTS } from './measured-costs.ts'
import { type Account, createAccount, type DaySetup, type Flight, inTurn } from './simulated-account.ts'
import { type SimulatedDay, Totals } from './simulated-day.ts'
import { Fifo, Turns } from './turns.ts'

/** A pause of the pace is one minute, after which metadata go or are given up, as `fbads sync` does. */
const METADATA_WAIT_MS = 61_000

/** An account that has waited gives its place to another, so many times as there are places at most. */
const MOST_GIVEN = 7

/**
 * A day's sync of a fleet, call by call, by the program's own rules: as many accounts at a time as there are turns,
 * a turn for each request, the calls of a request one after the other. A process takes in one answer at a time, and
 * the database stores for as many requests at a time as it has cores. Calls keep to the pace that keeps clear of the
 * limits.
 */
export function simulateDay(setup: DaySetup): SimulatedDay {
  return new Day(setup).run()
}

class Day {
  readonly #setup: DaySetup
  readonly #events = new EventQueue()
  readonly #totals = new Totals()
  readonly #facts: Turns
  readonly #metadata: Turns
  /** Accounts with requests for insights that wait for a turn: each begins one and queues again. */
  readonly #ready = new Fifo<Account>()
  readonly #waitingLists = new Fifo<readonly [Account, RequestWork]>()
  /** Until when each process takes in answers, and each core of the database stores. */
  readonly #takingInUntil: Float64Array
  readonly #storingUntil: Float64Array
  readonly #works: Iterator<AccountWork, undefined>
  #places: number
  #given = 0

  constructor(setup: DaySetup) {
    const { workers, concurrency, metaConcurrency, databaseCores } = setup
    this.#setup = setup
    this.#facts = new Turns(workers, concurrency)
    this.#metadata = metaConcurrency === null ? this.#facts : new Turns(workers, metaConcurrency)
    this.#takingInUntil = new Float64Array(workers)
    this.#storingUntil = new Float64Array(databaseCores)
    this.#works = inTurn(setup.groups)
    this.#places = workers * concurrency
  }

  run(): SimulatedDay {
    const listedMs = this.#totals.listAccounts(this.#setup)
    this.#events.at(listedMs, () => this.#beginAccounts())
    this.#events.run()
    return this.#totals.of(this.#events.nowMs, this.#setup)
  }

  #beginAccounts(): void {
    for (; this.#places > 0; this.#places -= 1) {
      const { value: work } = this.#works.next()
      if (work === undefined) return
      this.#events.at(this.#events.nowMs + COSTS.accountMs, () => this.#begin(work))
    }
  }

  #begin(work: AccountWork): void {
    const account = createAccount(work, this.#setup.limits)
    for (const request of work.lists) this.#waitingLists.add([account, request])
    if (work.facts.length > 0) this.#ready.add(account)
    this.#giveTurns()
  }

  #giveTurns(): void {
    while (this.#metadata.free > 0) {
      const waiting = this.#waitingLists.take()
      if (waiting === undefined) break
      this.#start(...waiting, this.#metadata.take(), true, true)
    }
    while (this.#facts.free > 0) {
      const account = this.#ready.take()
      if (account === undefined) return
      const request = account.isSlow ? undefined : account.work.facts[account.next]
      if (request === undefined) continue
      account.next += 1
      if (account.next < account.work.facts.length) this.#ready.add(account)
      this.#start(account, request, this.#facts.take(), true)
    }
  }

  #start(
    account: Account,
    request: RequestWork,
    process: number,
    hasTurn: boolean,
    isMetadata = false,
  ): void {
    const flight: Flight = {
      account,
      request,
      turns: isMetadata ? this.#metadata : this.#facts,
      isMetadata,
      process,
      hasTurn,
      answered: 0,
      pausedMs: 0,
      isDelayed: false,
      go: () => this.#call(flight),
    }
    if (!isMetadata) account.running.add(flight)
    this.#call(flight)
  }

  #call(flight: Flight): void {
    const { account, request, process } = flight
    const { nowMs } = this.#events
    if (account.pausedUntilMs > nowMs) {
      this.#pause(flight, account.pausedUntilMs)
      return
    }
    const budgets = account.budgets[request.useCase]
    const wait = waitFor(budgets, request.points, flight.isDelayed, nowMs)
    if (wait !== null) {
      const untilMs = nowMs + wait.waitMs
      this.#totals.waited(wait)
      flight.isDelayed = !wait.isPause
      if (wait.isPause) {
        account.pausedUntilMs = untilMs
        this.#pause(flight, untilMs)
      } else this.#waitUntil(flight, untilMs)
      return
    }
    for (const budget of budgets) budget.take(request.points, nowMs)
    const takesTurn = flight.hasTurn && flight.turns === this.#facts
    this.#totals.called(request, takesTurn ? this.#setup.latencyMs : 0)
    flight.isDelayed = false
    flight.answered += 1
    // All calls take equally long, so that answers come in the order of their calls.
    const answeredMs = Math.max(nowMs + this.#setup.latencyMs, this.#takingInUntil[process] ?? 0)
    const takenInMs = answeredMs + request.workerMs
    this.#takingInUntil[process] = takenInMs
    const isLast = flight.answered === request.calls
    this.#events.at(takenInMs, isLast ? () => this.#store(flight) : flight.go)
  }

  /** Figures wait as long as it takes, metadata are left to the next sync. */
  #pause(flight: Flight, untilMs: number): void {
    flight.pausedMs += untilMs - this.#events.nowMs
    if (!flight.isMetadata || flight.pausedMs <= METADATA_WAIT_MS) {
      this.#waitUntil(flight, untilMs)
      return
    }
    this.#totals.gaveUp(flight.request.calls - flight.answered)
    this.#events.at(this.#events.nowMs, () => this.#end(flight))
  }

  /** While a call waits for a limit, another request has its turn. */
  #waitUntil(flight: Flight, timeMs: number): void {
    if (!flight.isMetadata) this.#slow(flight.account)
    else this.#giveBack(flight)
    this.#events.at(timeMs, flight.go)
    this.#giveTurns()
  }

  #giveBack(flight: Flight): void {
    if (flight.hasTurn) flight.turns.giveBack(flight.process)
    flight.hasTurn = false
  }

  /** The account gives its place and its turns to others, and goes on with one request besides theirs. */
  #slow(account: Account): void {
    if (account.isSlow) return
    account.isSlow = true
    for (const flight of account.running) this.#giveBack(flight)
    if (this.#given === MOST_GIVEN * this.#setup.workers * this.#setup.concurrency) return
    account.hasPlace = false
    this.#given += 1
    this.#places += 1
    this.#beginAccounts()
  }

  #store(flight: Flight): void {
    const { request } = flight
    const cores = this.#storingUntil
    let core = 0
    for (let i = 1; i < cores.length; i += 1) if ((cores[i] ?? 0) < (cores[core] ?? 0)) core = i
    const storedMs = Math.max(this.#events.nowMs, cores[core] ?? 0) + request.databaseMs
    cores[core] = storedMs
    const queuedMs = this.#setup.metaConcurrency === null ? COSTS.queuedRequestMs : 0
    this.#events.at(storedMs + request.endMs + queuedMs, () => this.#end(flight))
  }

  #end(flight: Flight): void {
    const { account, process } = flight
    this.#giveBack(flight)
    account.running.delete(flight)
    account.open -= 1
    const next = account.work.facts[account.next]
    if (account.isSlow && account.running.size === 0 && next !== undefined) {
      account.next += 1
      this.#start(account, next, process, false)
    }
    if (account.open === 0) this.#lastEnded(account)
    this.#giveTurns()
  }

  #lastEnded(account: Account): void {
    if (!account.isListed) {
      account.isListed = true
      account.open = account.work.unlisted.length
      for (const request of account.work.unlisted) this.#waitingLists.add([account, request])
      if (account.open > 0) return
    }
    this.#totals.ended(account)
    if (account.hasPlace) this.#places += 1
    else this.#given -= 1
    this.#beginAccounts()
  }
}

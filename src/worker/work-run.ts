import { createRefusedFields, type RefusedFields } from '../extract/refused-fields.ts'
import { saveApiUsage } from '../load/api-usage.ts'
import { createLookups, type Lookups } from '../load/lookups.ts'
import type { Warehouse } from '../load/session.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import type { FleetSource, RunWatch, SourceApis } from './fleet.ts'

/** A call waits so long for a rate limit before its request is put off, and four times as long each time that it was. */
const FIRST_PATIENCE_MS = 20_000
const MOST_PATIENCE_MS = 3_600_000

/** What this process keeps of a run while it works at requests of it. */
export class WorkRun {
  readonly runId: string
  readonly lookups: Lookups = createLookups()
  readonly refused: RefusedFields = createRefusedFields()
  readonly #apis = new Map<string, SourceApis>()
  readonly onEvent: (event: SyncEvent) => void
  readonly #watch: RunWatch | null
  #counted = 0
  /** Requests of it that are at work here. */
  users = 0

  constructor(runId: string, onEvent: (event: SyncEvent) => void, watch: RunWatch | null = null) {
    this.runId = runId
    this.#watch = watch
    this.onEvent = (event) => {
      watch?.onEvent(event)
      onEvent(event)
    }
  }

  /**
   * The more often a request was put off, the longer its calls wait where they are: what it has read of a day is lost
   * with each time.
   */
  apisOf(source: FleetSource, postponed: number): SourceApis {
    const patienceMs = Math.min(MOST_PATIENCE_MS, FIRST_PATIENCE_MS * 4 ** postponed)
    const key = `${patienceMs} ${source.name}`
    const apis = this.#apis.get(key) ?? source.createApis(patienceMs, this.onEvent)
    this.#apis.set(key, apis)
    return apis
  }

  /** The calls since this was last asked, of all requests of the run that are at work here. */
  takeCalls(): number {
    const calls = this.#all().reduce((sum, api) => sum + api.calls, 0)
    const added = calls - this.#counted
    this.#counted = calls
    return added
  }

  /** Nothing of it is at work here any more: keeps what was used of the rate limits, and never rejects. */
  async end(warehouse: Warehouse): Promise<void> {
    this.#watch?.end()
    const hours = this.#all().flatMap((api) => [...api.usage])
    // A mere statistic: no reason for anything to have failed.
    await saveApiUsage(warehouse, this.runId, hours).catch(() => undefined)
  }

  #all() {
    return [...this.#apis.values()].flatMap(({ api, metadataApi }) => [api, metadataApi])
  }
}

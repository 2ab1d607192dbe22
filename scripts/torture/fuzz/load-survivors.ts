import { saveAccountTotals } from '../../../src/load/account-totals.ts'
import { recordFailure } from '../../../src/load/ledger.ts'
import { loadAccount, loadAdObjects } from '../../../src/load/load-dimensions.ts'
import { startFactLoad } from '../../../src/load/load-facts.ts'
import { createLookups, type Lookups } from '../../../src/load/lookups.ts'
import { migrate } from '../../../src/load/migrate.ts'
import { startRun } from '../../../src/load/runs.ts'
import type { Warehouse } from '../../../src/load/session.ts'
import type { AdObjectKind } from '../../../src/model/ad-object.ts'
import { dayIn } from '../../../src/model/calendar-date.ts'
import { DIMENSIONS, type DimensionRow } from '../../../src/model/dimension.ts'
import { parseAccountId } from '../../../src/model/object-id.ts'
import type { InsightsRequest, RequestOutcome } from '../../../src/model/slice.ts'
import type { Survivors } from './readings.ts'
import type { Trial } from './trial.ts'

type Of<T extends Survivors['to']> = Extract<Survivors, { to: T }>

/** Takes what trials have let through; a warehouse must take every row of it. */
export interface SurvivorLoader {
  /** What the warehouse refuses, each with the seed of its trial. Many trials together are quickest. */
  load(trials: readonly Trial[]): Promise<string[]>
  /** How many rows were loaded. */
  readonly rows: number
}

export async function createSurvivorLoader(warehouse: Warehouse, account: string): Promise<SurvivorLoader> {
  await migrate(warehouse)
  const accountId = parseAccountId(account)
  const runId = await startRun(warehouse, { since: null, until: null }, 0)
  let nowMs = Date.parse('2026-11-05T20:00:00Z')
  let rows = 0
  const tools = {
    runId,
    nowMs: () => {
      nowMs += 1_000
      return nowMs
    },
  }

  async function loadFacts(survivors: readonly Of<'facts'>[]): Promise<void> {
    const [first] = survivors
    if (first === undefined) return
    const lookups: Lookups = createLookups()
    const load = startFactLoad(warehouse, lookups, first.request, tools)
    try {
      for (const each of survivors) await load.add(each.rows)
      await load.commit(sumOf(survivors.map(({ outcome }) => outcome)))
      rows += survivors.reduce((sum, each) => sum + each.rows.length, 0)
    } finally {
      await load.abort()
    }
  }

  async function loadMembers(kind: AdObjectKind, members: readonly DimensionRow[]): Promise<void> {
    for (const round of withoutRepeats(members, DIMENSIONS[kind].key)) {
      await loadAdObjects(warehouse, kind, accountId, round, tools.nowMs())
      rows += round.length
    }
  }

  async function loadOthers(trials: readonly Trial[]): Promise<void> {
    for (const { judgement, failure } of trials) {
      if (failure !== null)
        await recordFailure(warehouse, failedRequest(), { runId, error: failure.message, nowMs })
      if (judgement?.survivors.to === 'accounts') {
        for (const each of judgement.survivors.accounts.filter(({ timeZone }) => isTimeZone(timeZone))) {
          await loadAccount(warehouse, each, tools.nowMs())
          rows += 1
        }
      }
      if (judgement?.survivors.to === 'totals') {
        const { totals } = judgement.survivors
        const days = totals.map(({ date }) => date).sort()
        const [since, until] = [days.at(0), days.at(-1)]
        if (since === undefined || until === undefined) continue
        await saveAccountTotals(warehouse, accountId, { since, until, totals }, { runId, nowMs })
        rows += totals.length
      }
    }
  }

  function failedRequest(): InsightsRequest {
    const day = dayIn('UTC', nowMs)
    return { accountId, report: 'core', since: day, until: day }
  }

  async function loadAll(trials: readonly Trial[]): Promise<void> {
    const survivors = trials.flatMap(({ judgement }) => judgement?.survivors ?? [])
    const facts = survivors.filter((each): each is Of<'facts'> => each.to === 'facts')
    for (const group of Map.groupBy(facts, ({ request }) => request.report).values()) await loadFacts(group)
    const members = survivors.filter((each): each is Of<'members'> => each.to === 'members')
    for (const [kind, group] of Map.groupBy(members, (each) => each.kind)) {
      await loadMembers(
        kind,
        group.flatMap((each) => each.rows),
      )
    }
    await loadOthers(trials)
  }

  /** All at once, and where that is refused, in halves, down to the one that the warehouse does not take. */
  async function load(trials: readonly Trial[]): Promise<string[]> {
    try {
      await loadAll(trials)
      return []
    } catch (error) {
      const [trial] = trials
      if (trials.length === 1 && trial !== undefined)
        return [`seed ${trial.seed}: the warehouse refuses it: ${error}`]
      const half = Math.ceil(trials.length / 2)
      const found = [...(await load(trials.slice(0, half))), ...(await load(trials.slice(half)))]
      return found.length > 0
        ? found
        : [`seeds ${trial?.seed} … together: the warehouse refuses them: ${error}`]
    }
  }

  return {
    load,
    get rows() {
      return rows
    },
  }
}

function sumOf(outcomes: readonly RequestOutcome[]): RequestOutcome {
  return {
    rowCounts: new Map(outcomes.flatMap(({ rowCounts }) => [...rowCounts])),
    clickSources: new Map(outcomes.flatMap(({ clickSources }) => [...clickSources])),
    seenAds: outcomes.flatMap(({ seenAds }) => seenAds),
    rejects: outcomes.flatMap(({ rejects }) => rejects),
  }
}

/** The rows in as few lists as none with one key twice: of several, a load takes the last alone. */
function withoutRepeats(rows: readonly DimensionRow[], key: string): DimensionRow[][] {
  const rounds: DimensionRow[][] = []
  const counts = new Map<string, number>()
  for (const row of rows) {
    const id = String(row[key])
    const round = counts.get(id) ?? 0
    counts.set(id, round + 1)
    const list = rounds[round] ?? []
    rounds[round] = list
    list.push(row)
  }
  return rounds
}

function isTimeZone(name: string): boolean {
  try {
    dayIn(name, 0)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

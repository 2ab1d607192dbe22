import type { World } from '../../../src/simulator/world.ts'

/** What a simulator has seen of its clients, by ad account. */
export interface CallCounts {
  /** Notes a call of `who` that has come; to be told the answer's text, if any, and its end. */
  begin(who: string, text: string): { answered(text: string): void; end(): void }
  /** Calls so far. */
  readonly calls: number
  readonly byAccount: ReadonlyMap<string, number>
  /** The most calls that were ever in flight at once, by account. */
  readonly mostAtOnce: ReadonlyMap<string, number>
  /** Time that all calls together have been in flight. */
  readonly flightMs: number
  /** Accounts of which `who` has called within the last `ms`, or has a call in flight. */
  recentOf(who: string, ms: number): Set<string>
}

export function createCallCounts(world: World): CallCounts {
  const accountOfRun = new Map<string, string>()
  const accountOfObject = new Map(
    world.accounts.flatMap(({ id, campaigns, adsets, ads }) =>
      [...campaigns, ...adsets, ...ads].map((object): [string, string] => [object.id, id]),
    ),
  )
  const inFlight = new Map<string, number>()
  const byAccount = new Map<string, number>()
  const mostAtOnce = new Map<string, number>()
  const lastMs = new Map<string, Map<string, number>>()
  let [calls, flightMs] = [0, 0]

  /** The account that a call names itself, by a report run or by an object. */
  const accountIn = (text: string): string | null => {
    const named = /act_(\d+)/.exec(text)?.[1]
    if (named !== undefined) return named
    for (const [id] of text.matchAll(/\d{6,}/g)) {
      const account = accountOfRun.get(id) ?? accountOfObject.get(id)
      if (account !== undefined) return account
    }
    return null
  }

  return {
    begin(who, text) {
      const beganMs = performance.now()
      calls += 1
      const account = accountIn(text)
      if (account === null) return { answered: () => undefined, end: () => undefined }
      const own = lastMs.get(who) ?? new Map<string, number>()
      lastMs.set(who, own.set(account, Number.POSITIVE_INFINITY))
      byAccount.set(account, (byAccount.get(account) ?? 0) + 1)
      const now = (inFlight.get(account) ?? 0) + 1
      inFlight.set(account, now)
      mostAtOnce.set(account, Math.max(now, mostAtOnce.get(account) ?? 0))
      let ended = false
      return {
        answered(answer) {
          const run = /"report_run_id":"?(\d+)/.exec(answer)?.[1]
          if (run !== undefined) accountOfRun.set(run, account)
        },
        end() {
          if (ended) return
          ended = true
          const endedMs = performance.now()
          flightMs += endedMs - beganMs
          own.set(account, endedMs)
          inFlight.set(account, (inFlight.get(account) ?? 0) - 1)
        },
      }
    },
    get calls() {
      return calls
    },
    byAccount,
    mostAtOnce,
    get flightMs() {
      return flightMs
    },
    recentOf(who, ms) {
      const own = [...(lastMs.get(who) ?? [])]
      return new Set(own.filter(([, atMs]) => atMs >= performance.now() - ms).map(([account]) => account))
    },
  }
}

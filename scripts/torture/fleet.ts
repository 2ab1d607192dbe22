import { tryCutOffHost } from './fleet/cut-off-host.ts'
import { MOST_PER_ACCOUNT } from './fleet/fleet-run.ts'
import { whyNoHosts } from './fleet/hosts.ts'
import { tryKilledFleet } from './fleet/killed-fleet.ts'
import type { TriedRun } from './fleet/try-run.ts'
import type { Torture, TortureOptions } from './torture.ts'

const FULL = 1_000
const SHORT = 20
/** How many problems of one run are told. */
const TOLD = 10

/** Runs of the queue by workers that are killed, whose database falls, and whose hosts are cut off. */
export const fleet: Torture = {
  about:
    'whatever workers of the queue, their database and their hosts suffer, the warehouse ends as if one process had filled it',
  runs: { full: FULL, short: SHORT },
  async run({ runs: accounts, seed, tell }) {
    const isShort = accounts <= SHORT
    const killed = await tryKilledFleet({
      accounts,
      seed,
      workers: isShort ? 2 : 4,
      latencyMs: isShort ? 300 : 1_000,
      kills: isShort ? 2 : Number.POSITIVE_INFINITY,
      everyMs: isShort ? [3_000, 5_000] : [6_000, 12_000],
      restartsDatabase: !isShort,
    })
    const delays = killed.takenAgain.map(({ delayMs }) => delayMs / 1000).sort((a, b) => a - b)
    const [median, longest] = [delays[Math.floor(delays.length / 2)], delays.at(-1)]
    tell(
      `${killed.kills} kills${isShort ? '' : ', the database fell once'}: ${delays.length} requests were taken up again, ` +
        `half of them within ${median?.toFixed(1)} s, the last after ${longest?.toFixed(1)} s`,
    )
    let held = told(`${accounts} accounts`, killed, tell)
    if (isShort) return held
    const why = whyNoHosts()
    if (why !== null) {
      tell(`Hosts that are cut off were not tried: ${why}.`)
      return held
    }
    for (const forMs of [60_000, null]) {
      const name = `one host of three cut off ${forMs === null ? 'for good' : `for ${forMs / 1000} s`}`
      held = told(name, await tryCutOffHost(seed, forMs), tell) && held
    }
    return held
  },
}

function told(name: string, tried: TriedRun, tell: TortureOptions['tell']): boolean {
  const { wallMs, calls, befallen, counts, problems } = tried
  const most = Math.max(...counts.mostAtOnce.values())
  tell(
    `${name}: ${calls} calls, ${befallen} befallen, ${(wallMs / 1000).toFixed(0)} s, ` +
      `at most ${most} calls at once of an account (${MOST_PER_ACCOUNT} are allowed): ` +
      (problems.length === 0 ? 'the same warehouse' : `${problems.length} problems`),
  )
  for (const problem of problems.slice(0, TOLD)) tell(`  ${problem}`)
  return problems.length === 0
}

import type { AdAccount } from '../model/ad-object.ts'
import { parseAccountId } from '../model/object-id.ts'
import type { Schedule } from '../model/schedule.ts'
import { skippedDues } from './firing-key.ts'
import { FIRINGS, type Firing, type Queue } from './queue.ts'

type ClockedAccount = Pick<AdAccount, 'accountId' | 'timeZone'>

/** How long schedulers may have been away when it was due. */
const LATELY_MS = 3 * 3_600_000

/**
 * Makes the queue's schedules those of the settings: one for each, or for each time zone of the accounts where each
 * has its own. Returns how many there are.
 */
export async function storeSchedules(
  { boss }: Queue,
  schedules: readonly Schedule[],
  accounts: readonly ClockedAccount[],
): Promise<number> {
  const wanted = byZone(schedules, accounts).map(({ schedule, zone }) => ({
    schedule,
    zone,
    key: keyOf(schedule.name, zone ?? schedule.timeZone),
  }))
  const keys = new Set(wanted.map(({ key }) => key))
  for (const { key } of await boss.getSchedules(FIRINGS))
    if (!keys.has(key)) await boss.unschedule(FIRINGS, key)
  for (const { schedule, zone, key } of wanted) {
    await boss.schedule(
      FIRINGS,
      schedule.cron,
      { schedule, timeZone: zone },
      {
        tz: zone ?? schedule.timeZone,
        key,
        missed: 'once',
      },
    )
  }
  return wanted.length
}

/** Sends what was due lately and the queue does not see: what a night without the hour is owed. */
export async function sendSkipped(
  { boss }: Queue,
  schedules: readonly Schedule[],
  accounts: readonly ClockedAccount[],
  nowMs: number,
): Promise<void> {
  const [from, to] = [new Date(nowMs - LATELY_MS), new Date(nowMs)]
  for (const { schedule, zone } of byZone(schedules, accounts)) {
    for (const due of skippedDues(schedule, zone, from, to)) {
      const firing: Firing = { schedule, timeZone: zone, due: due.toISOString() }
      // However often and by however many it is sent, its run starts once.
      await boss.send(FIRINGS, firing)
    }
  }
}

/** Each schedule, or for `account` each with each time zone of its accounts. */
function byZone(schedules: readonly Schedule[], accounts: readonly ClockedAccount[]) {
  return schedules.flatMap((schedule) =>
    (schedule.timeZone === 'account' ? zonesOf(schedule, accounts) : [null]).map((zone) => ({
      schedule,
      zone,
    })),
  )
}

/** The time zones of the schedule's accounts; UTC while nobody knows them: the first run then starts by it. */
export function zonesOf({ accounts: ids }: Schedule, accounts: readonly ClockedAccount[]): string[] {
  const own = new Set(ids?.map((id) => parseAccountId(id)))
  const those = accounts.filter(({ accountId }) => ids === undefined || own.has(accountId))
  const zones = [...new Set(those.map(({ timeZone }) => timeZone))].sort()
  return zones.length === 0 ? ['UTC'] : zones
}

/** Of what a key of pg-boss may hold. */
function keyOf(name: string, zone: string): string {
  return `${name}.${zone}`.replaceAll('+', '-plus-').replace(/[^\w./-]/g, '-')
}

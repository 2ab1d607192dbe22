import type { Schedule } from '../model/schedule.ts'
import { FIRINGS, type Queue } from './queue.ts'

/**
 * Makes the queue's schedules those of the settings: one for each, or for each time zone of the accounts where each
 * has its own. Returns how many there are.
 */
export async function storeSchedules(
  { boss }: Queue,
  schedules: readonly Schedule[],
  timeZones: readonly string[],
): Promise<number> {
  const wanted = schedules.flatMap((schedule) =>
    (schedule.timeZone === 'account' ? timeZones : [null]).map((zone) => ({
      schedule,
      zone,
      key: keyOf(schedule.name, zone ?? schedule.timeZone),
    })),
  )
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

/** Of what a key of pg-boss may hold. */
function keyOf(name: string, zone: string): string {
  return `${name}.${zone}`.replaceAll('+', '-plus-').replace(/[^\w./-]/g, '-')
}

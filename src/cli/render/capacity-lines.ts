import type { Bound } from '../../capacity/binding.ts'
import { accountsOf, type Fleet } from '../../capacity/fleet.ts'
import { RECORDS } from '../../capacity/measured-costs.ts'
import type { CapacityPlan, Means } from '../../capacity/plan-capacity.ts'
import type { Tone } from '../output.ts'
import { table } from './table.ts'
import { bytes, count, duration } from './words.ts'

/** What the day's end depends on, and what would make it earlier. */
const BINDINGS: Readonly<Record<Bound, string>> = {
  latency:
    'the waiting for answers. More workers, or more requests at a time in each (--concurrency), make it shorter.',
  worker:
    "the workers' CPU. More workers make it shorter, more requests at a time do not; fewer breakdowns (--reports) make less of it.",
  database:
    'the CPU of the database. More cores, or fewer breakdowns (--reports), make it shorter; more workers do not.',
  'one-account':
    'the longest request: its pages come one after the other, and others have ended by then. Fewer days a request (chunkDays) make it shorter; more workers do not.',
  score:
    'the score of an ad account, which counts its calls of five minutes. Full access to the Marketing API (--tier standard), fewer breakdowns (--reports) or fewer --days make it shorter; more workers only let such accounts begin sooner.',
  ads_insights:
    'the ads_insights limit of an ad account, which counts its calls of an hour. Full access to the Marketing API (--tier standard), fewer breakdowns (--reports) or fewer --days make it shorter; more workers only let such accounts begin sooner.',
  ads_management:
    "the ads_management limit of an ad account, which counts its lists' calls of an hour. Full access to the Marketing API (--tier standard) makes it shorter; more workers only let such accounts begin sooner.",
  app: 'the limit of the app, whose calls list the accounts. More apps (--apps), each with some of the accounts, make it shorter; more workers do not.',
}

/** The answer for people. */
export function capacityLines(fleet: Fleet, means: Means, plan: CapacityPlan): [string, Tone][] {
  const { day, binding, storage } = plan
  const ofDay = [...plan.factsOfDay.values()].reduce((sum, facts) => sum + facts, 0)
  const shares = [...plan.factsOfDay].map(([report, facts]) => `${report} ${percent(facts / ofDay)}`)
  const figures = [
    ['calls', `${count(day.calls)}, ${count(means.latencyMs)} ms each`],
    ['facts read', count(plan.rows)],
    ['new facts', `${count(ofDay)} a day: ${shares.join(', ')}`],
    ['answers', `${bytes(plan.bytes)} of JSON before compression`],
    ['busy', `${percent(binding.busy.latency)} of the workers' requests, with waiting for answers`],
    ['', `${percent(binding.busy.worker)} of the workers' CPU`],
    ['', `${percent(binding.busy.database)} of the database's CPU, ${count(means.databaseCores)} cores`],
    ['database', `${bytes(storage.now)} with ${count(fleet.historyDays)} days`],
    ['', `${bytes(storage.afterYear)} a year later, ${bytes(storage.perMonth)} more each month`],
    ['', `${bytes(storage.wal)} of write-ahead log for this sync`],
  ] as const
  const width = Math.max(...figures.map(([name]) => name.length))
  return [
    [
      `${fleet.isFirst ? 'The first sync' : "A day's sync"} of ${fleetLabel(fleet)}: ${daysLabel(fleet)} of ${fleet.reports.join(', ')}.`,
      'title',
    ],
    [outcome(means, plan), plan.isInTime ? 'good' : 'warning'],
    ['', 'note'],
    ...figures.map(([name, text]): [string, Tone] => [`${name.padEnd(width)}  ${text}`, 'note']),
    ['', 'note'],
    [limits(plan), 'note'],
    ...leftOut(plan),
    ['', 'note'],
    [`What it depends on: ${BINDINGS[binding.bound]}`, 'title'],
    [assumptions(fleet), 'dim'],
  ]
}

function fleetLabel(fleet: Fleet): string {
  const [usual, giants] = fleet.groups
  const parts = [usual, giants].flatMap((group) =>
    group === undefined ? [] : [`${count(group.accounts)} with ${count(group.ads)} ads`],
  )
  return parts.length === 1
    ? `${count(accountsOf(fleet))} ad accounts with ${count(usual?.ads ?? 0)} ads each`
    : `${count(accountsOf(fleet))} ad accounts, ${parts.join(' and ')} each`
}

function daysLabel({ days }: Fleet): string {
  return days === 1 ? 'today' : `the last ${count(days)} days`
}

function outcome(
  { workers: asked, concurrency, withinMs }: Means,
  { workers, day, isInTime }: CapacityPlan,
): string {
  const who = `${count(workers)} ${workers === 1 ? 'worker' : 'workers'} with ${concurrency} requests at a time`
  const took = duration(day.wallMs)
  if (isInTime || asked !== null)
    return `${who}: ${took}, ${isInTime ? 'within' : 'longer than'} ${duration(withinMs)}.`
  return `No number of workers is done within ${duration(withinMs)}. ${who}: ${took}; more do not help.`
}

function limits({ day }: CapacityPlan): string {
  const rows = Object.entries(day.limits).map(([name, { peakPercent, waitedMs }]) => [
    name === 'app' ? 'app' : `${name} of an account`,
    `${peakPercent.toFixed(1)} %`,
    waitedMs === 0 ? 'never' : `${duration(waitedMs)}, all calls together`,
  ])
  const lines = table(["Meta's limit", 'most used', 'waited for'], rows).split('\n')
  return lines.slice(0, -1).join('\n')
}

function leftOut({ day }: CapacityPlan): [string, Tone][] {
  if (day.givenUp === 0) return []
  const calls = `${count(day.givenUp)} ${day.givenUp === 1 ? 'call' : 'calls'} for names and statuses`
  return [
    [`⚠️ WARNING: ${calls} would be left to the next sync, since a limit keeps them waiting.`, 'warning'],
  ]
}

function assumptions({ reports, activeShare, restatedShare, isFirst }: Fleet): string {
  const records = reports.map((report) => {
    const { perActiveAd, rows } = RECORDS[report]
    const actions = report === 'core' ? ` with ${(rows - 1).toFixed(0)} actions` : ''
    return `${perActiveAd} of ${report}${actions}`
  })
  const restated = isFirst
    ? ''
    : `, and ${percent(restatedShare)} of the days have other figures when they are read again (--restated)`
  return `Assumed: ${percent(activeShare)} of the ads have figures on a day (--active), each with so many records: ${records.join(', ')}${restated}. Costs were measured on one machine; docs/scale.md tells how, and how far its predictions were off.`
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

import type { AccountFreshness } from '../load/read-freshness.ts'
import type { EndedRun } from '../load/read-last-run.ts'
import type { TokenState } from '../load/token-states.ts'
import type { Incident } from '../model/incident.ts'
import type { CheckResult } from '../model/quality.ts'

/** What is known of the pipeline at one moment. */
export interface Health {
  /** The last that has ended of each who starts some, the newest first. */
  readonly lastRuns: readonly EndedRun[]
  /** Those of the last run that made any. */
  readonly checks: readonly Pick<CheckResult, 'name' | 'status' | 'detail'>[]
  readonly accounts: readonly AccountFreshness[]
  readonly tokens: readonly TokenState[]
}

export interface HealthLimits {
  /** An account is stale when it is more days than this behind its yesterday. */
  readonly staleDays: number
  readonly nowMs: number
}

const DAY_MS = 86_400_000
/** A token that ends sooner is told. */
const TOKEN_SOON_MS = 7 * DAY_MS

/** Everything that is wrong, the worst first. */
export function findIncidents(health: Health, limits: HealthLimits): Incident[] {
  return [
    ...health.tokens.flatMap((token) => tokenIncident(token, limits.nowMs)),
    ...health.lastRuns.flatMap(runIncident),
    ...health.accounts.filter(({ lagDays }) => lagDays > limits.staleDays).map(staleIncident),
    ...health.checks.filter(({ status }) => status === 'fail').map(checkIncident),
  ]
}

/**
 * Whether an incident is over, given those that are found now. One of a check that the last run did not make is not:
 * a sync of one report says nothing of the others.
 */
export function isOver(incident: Incident, found: readonly Incident[], health: Health): boolean {
  const { kind, subject } = incident
  if (found.some((each) => each.kind === kind && each.subject === subject)) return false
  return kind !== 'check' || health.checks.some(({ name }) => name === subject)
}

function tokenIncident({ name, isValid, expiresAtMs }: TokenState, nowMs: number): Incident[] {
  const renew = `Make a new one and put it into ${name}; a system user's token does not expire.`
  const told = (what: string): Incident[] => [
    { kind: 'token', subject: name, detail: `The access token ${what}. ${renew}` },
  ]
  if (!isValid) return told('is refused by the API: it has expired or was revoked')
  if (expiresAtMs === null || expiresAtMs - nowMs >= TOKEN_SOON_MS) return []
  const day = new Date(expiresAtMs).toISOString().slice(0, 10)
  if (expiresAtMs <= nowMs) return told(`has expired on ${day}`)
  const days = Math.ceil((expiresAtMs - nowMs) / DAY_MS)
  return told(`expires on ${day}, in ${days} ${days === 1 ? 'day' : 'days'}`)
}

function runIncident(run: EndedRun): Incident[] {
  if (run.status === 'succeeded') return []
  const what = run.status === 'failed' ? 'failed' : 'loaded only a part'
  const why = run.error === null ? '' : `: ${run.error}`
  const detail = `The sync of run ${run.runId} ${what}${why}`
  return [{ kind: 'run', subject: run.startedBy, detail }]
}

function staleIncident({ accountId, name, newestDay, lagDays }: AccountFreshness): Incident {
  const detail = `act_${accountId} ${name} is stale: its newest complete day is ${newestDay}, ${lagDays} days behind. fbads status --account act_${accountId} shows its days.`
  return { kind: 'stale', subject: accountId, detail }
}

function checkIncident({ name, detail }: Health['checks'][number]): Incident {
  return { kind: 'check', subject: name, detail: `The check ${name} failed: ${detail}` }
}

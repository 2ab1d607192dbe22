/** What somebody has to be told of, the worst first. */
export const INCIDENT_KINDS = ['token', 'run', 'stale', 'check'] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** One thing that is wrong; while it lasts it is one incident, however often it is seen. */
export interface Incident {
  readonly kind: IncidentKind
  /** Which account (its id), check or token (their names); `sync` for the run. */
  readonly subject: string
  /** What happened and what to do, for people, without secrets. */
  readonly detail: string
}

import { INCIDENT_KINDS, type Incident } from '../model/incident.ts'
import type { Row, Session, Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** An incident that this process, and no other, has to tell. */
export interface ClaimedIncident extends Incident {
  readonly id: string
  /** Null: it is open, and that is what to tell; else that it is over. */
  readonly closedAtMs: number | null
}

/** How long others leave an incident to the process that has claimed it. */
const CLAIM_SECONDS = 60

/**
 * Opens what is wrong and has no open incident yet, and closes those for which `isOver` holds. What other processes
 * do at the same time does no harm: of one thing that is wrong there is one open incident at most.
 */
export async function recordIncidents(
  warehouse: Warehouse,
  found: readonly Incident[],
  isOver: (incident: Incident) => boolean,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs).toISOString()
  await warehouse.use(async (session) => {
    for (const { kind, subject, detail } of found)
      await session.query(
        `INSERT INTO etl_incident (kind, subject, detail, opened_at) VALUES ($1, $2, $3, $4::timestamptz)
         ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING`,
        [kind, storableText(subject), storableText(detail), now],
      )
    const open = await session.query(
      'SELECT incident_id, kind, subject, detail FROM etl_incident WHERE closed_at IS NULL',
    )
    const over = open.filter((row) => isOver(parseIncident(row))).map((row) => row.incident_id)
    if (over.length === 0) return
    await session.query(
      `UPDATE etl_incident SET closed_at = $2::timestamptz, claimed_at = NULL
        WHERE incident_id = ANY ($1::bigint[]) AND closed_at IS NULL`,
      [over, now],
    )
  })
}

/**
 * What is not told yet, for this process to tell: nobody else gets it until it is told, given back, or a minute has
 * passed. That something is over is told only of what was told when it began.
 */
export async function claimIncidents(warehouse: Warehouse): Promise<ClaimedIncident[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `UPDATE etl_incident SET claimed_at = now()
        WHERE ((told_at IS NULL AND closed_at IS NULL) OR (told_at IS NOT NULL AND closed_at IS NOT NULL AND close_told_at IS NULL))
          AND (claimed_at IS NULL OR claimed_at < now() - interval '${CLAIM_SECONDS} seconds')
        RETURNING incident_id, kind, subject, detail, closed_at`,
    ),
  )
  return rows
    .map((row) => ({
      ...parseIncident(row),
      id: String(row.incident_id),
      closedAtMs: row.closed_at instanceof Date ? row.closed_at.getTime() : null,
    }))
    .sort((a, b) => Number(a.id) - Number(b.id))
}

/** Notes of claimed incidents that they are told. */
export async function noteTold(
  warehouse: Warehouse,
  claimed: readonly ClaimedIncident[],
  nowMs: number,
): Promise<void> {
  const note = (session: Session, column: 'told_at' | 'close_told_at', told: readonly ClaimedIncident[]) =>
    session.query(
      `UPDATE etl_incident SET ${column} = $2::timestamptz, claimed_at = NULL WHERE incident_id = ANY ($1::bigint[])`,
      [told.map(({ id }) => id), new Date(nowMs).toISOString()],
    )
  const [closed, opened] = [true, false].map((isClosed) =>
    claimed.filter(({ closedAtMs }) => (closedAtMs !== null) === isClosed),
  )
  await warehouse.use(async (session) => {
    if (opened?.length) await note(session, 'told_at', opened)
    if (closed?.length) await note(session, 'close_told_at', closed)
  })
}

/** Gives claimed incidents back untold: whoever comes next tries. */
export async function giveBack(warehouse: Warehouse, claimed: readonly ClaimedIncident[]): Promise<void> {
  await warehouse.use((session) =>
    session.query('UPDATE etl_incident SET claimed_at = NULL WHERE incident_id = ANY ($1::bigint[])', [
      claimed.map(({ id }) => id),
    ]),
  )
}

/** How many incidents are open, by their kind; every kind is there. */
export async function countOpenIncidents(warehouse: Warehouse): Promise<Map<string, number>> {
  const rows = await warehouse.use((session) =>
    session.query(
      'SELECT kind, count(*)::integer AS open FROM etl_incident WHERE closed_at IS NULL GROUP BY kind',
    ),
  )
  const found = new Map(rows.map(({ kind, open }) => [String(kind), Number(open)]))
  return new Map(INCIDENT_KINDS.map((kind) => [kind, found.get(kind) ?? 0]))
}

function parseIncident({ kind: name, subject, detail }: Row): Incident {
  const kind = INCIDENT_KINDS.find((each) => each === name)
  if (kind === undefined) throw new RangeError(`"${name}" is no kind of an incident`)
  return { kind, subject: String(subject), detail: String(detail) }
}

import type { Session } from '../../../src/load/session.ts'
import { readSchemaObjects } from './schema-objects.ts'

/** How far a sync has come, as far as the warehouse shows it, in its order. */
export const PHASES = [
  'before the schema',
  'before its run began',
  'before its first slice',
  'between its slices',
  'after all slices',
  'after its end',
] as const
export type Phase = (typeof PHASES)[number]

/** How far the last of `starts` syncs came; `slices` is how many there are in all. */
export async function readPhase(
  session: Session,
  schema: string,
  { runsBefore, slices }: { readonly runsBefore: number; readonly slices: number },
): Promise<{ readonly phase: Phase; readonly runs: number }> {
  if ((await readSchemaObjects(session, schema)).length === 0) return { phase: 'before the schema', runs: 0 }
  const [found] = await session.query(
    `WITH slices AS (
       SELECT run_id FROM etl_slice WHERE status = 'loaded' UNION ALL SELECT run_id FROM etl_built_slice)
     SELECT (SELECT count(*)::integer FROM etl_run) AS runs, r.status,
            (SELECT count(*)::integer FROM slices s WHERE s.run_id = r.run_id) AS own,
            (SELECT count(*)::integer FROM slices) AS loaded
       FROM (SELECT max(run_id) AS run_id FROM etl_run) last LEFT JOIN etl_run r USING (run_id)`,
  )
  const { runs, status, own, loaded } = parseProgress(found)
  if (runs === runsBefore) return { phase: 'before its run began', runs }
  if (status !== 'running') return { phase: 'after its end', runs }
  if (loaded >= slices) return { phase: 'after all slices', runs }
  return { phase: own === 0 ? 'before its first slice' : 'between its slices', runs }
}

function parseProgress(row: Record<string, unknown> | undefined) {
  return {
    runs: Number(row?.runs),
    status: String(row?.status),
    own: Number(row?.own),
    loaded: Number(row?.loaded),
  }
}

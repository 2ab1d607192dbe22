import type { Warehouse } from '../session.ts'

/** Whether nobody has done it for so long, over all processes; then it counts as done now. */
export async function isDue(
  warehouse: Warehouse,
  name: string,
  periodMs: number,
  nowMs: number,
): Promise<boolean> {
  const rows = await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_sweep AS s (name, swept_at) VALUES ($1, $2::timestamptz)
       ON CONFLICT (name) DO UPDATE SET swept_at = excluded.swept_at
        -- A clock may be set back meanwhile.
        WHERE s.swept_at <= $3::timestamptz OR s.swept_at > $2::timestamptz
       RETURNING name`,
      [name, new Date(nowMs).toISOString(), new Date(nowMs - periodMs).toISOString()],
    ),
  )
  return rows.length > 0
}

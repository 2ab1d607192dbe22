import type { InsightsRequest, Reject } from '../model/slice.ts'
import type { Session } from './session.ts'
import { storableJson } from './storable-text.ts'

/** Keeps the source rows that could not be loaded. Belongs in the transaction of the others. */
export async function recordRejects(
  session: Session,
  request: InsightsRequest,
  rejects: readonly Reject[],
  at: { readonly runId: string; readonly nowMs: number },
): Promise<void> {
  if (rejects.length === 0) return
  await session.query(
    `INSERT INTO etl_reject (run_id, account_id, report, reason, payload, source_rows, rejected_at)
     SELECT $1::bigint, $2::bigint, $3, r.reason, coalesce(r.payload, 'null'), r."sourceRows", $4::timestamptz
       FROM json_to_recordset($5::json) AS r (reason text, payload jsonb, "sourceRows" bigint)`,
    [at.runId, request.accountId, request.report, new Date(at.nowMs).toISOString(), storableJson(rejects)],
  )
}

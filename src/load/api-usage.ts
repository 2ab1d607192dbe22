import type { ApiUsage } from '../model/api-usage.ts'
import { UNKNOWN_ID } from '../model/object-id.ts'
import type { Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** Keeps what a run used of the API's limits; what several have read of one limit becomes one row. */
export async function saveApiUsage(
  warehouse: Warehouse,
  runId: string,
  hours: readonly ApiUsage[],
): Promise<void> {
  if (hours.length === 0) return
  const list = <T>(of: (hour: ApiUsage) => T) => hours.map(of)
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_api_usage AS u (run_id, account_id, use_case, hour, percent, pauses, paused_seconds)
     SELECT $1::bigint, account_id, use_case, hour, max(percent), sum(pauses), sum(paused_seconds)
       FROM unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::numeric[], $6::integer[], $7::bigint[])
         AS t (account_id, use_case, hour, percent, pauses, paused_seconds)
      GROUP BY account_id, use_case, hour
     ON CONFLICT (run_id, account_id, use_case, hour) DO UPDATE SET
       percent = greatest(u.percent, excluded.percent), pauses = u.pauses + excluded.pauses,
       paused_seconds = u.paused_seconds + excluded.paused_seconds`,
      [
        runId,
        list(({ accountId }) => accountId ?? UNKNOWN_ID),
        list(({ useCase }) => storableText(useCase)),
        list(({ hourMs }) => new Date(hourMs).toISOString()),
        list(({ percent }) => String(percent)),
        list(({ pauses }) => pauses),
        list(({ pausedMs }) => String(Math.round(pausedMs / 1000))),
      ],
    ),
  )
}

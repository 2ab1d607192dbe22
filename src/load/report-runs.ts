import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { SubmittedRun } from '../model/request-size.ts'
import type { InsightsRequest } from '../model/slice.ts'
import type { Warehouse } from './session.ts'

/** For how long the API knows a report run. */
const KEPT_MS = 30 * 86_400_000

/** The run that was submitted for exactly this, and not read to its end; null when there is none. */
export async function findReportRun(
  warehouse: Warehouse,
  accountId: ObjectId,
  fingerprint: string,
): Promise<SubmittedRun | null> {
  const [row] = await warehouse.use((session) =>
    session.query(
      `SELECT report_run_id, submitted_at FROM etl_report_run
        WHERE account_id = $1::bigint AND fingerprint = $2`,
      [accountId, fingerprint],
    ),
  )
  const reportRunId = toObjectId(row?.report_run_id)
  const submitted = row?.submitted_at
  if (reportRunId === null || !(submitted instanceof Date)) return null
  return { reportRunId, submittedMs: submitted.getTime() }
}

/** Remembers a run in place of one for the same, and forgets those of the account that the API has forgotten. */
export async function keepReportRun(
  warehouse: Warehouse,
  request: InsightsRequest,
  fingerprint: string,
  { reportRunId, submittedMs }: SubmittedRun,
): Promise<void> {
  const { accountId, report, since, until } = request
  const submittedAt = new Date(submittedMs).toISOString()
  const forgottenAt = new Date(submittedMs - KEPT_MS).toISOString()
  await warehouse.use(async (session) => {
    await session.query(
      'DELETE FROM etl_report_run WHERE account_id = $1::bigint AND submitted_at < $2::timestamptz',
      [accountId, forgottenAt],
    )
    await session.query(
      `INSERT INTO etl_report_run (account_id, fingerprint, report_run_id, report, since, until, submitted_at)
       VALUES ($1::bigint, $2, $3::bigint, $4, $5::date, $6::date, $7::timestamptz)
       ON CONFLICT (account_id, fingerprint) DO UPDATE SET
         report_run_id = excluded.report_run_id, submitted_at = excluded.submitted_at`,
      [accountId, fingerprint, reportRunId, report, since, until, submittedAt],
    )
  })
}

export async function forgetReportRun(
  warehouse: Warehouse,
  accountId: ObjectId,
  fingerprint: string,
): Promise<void> {
  await warehouse.use((session) =>
    session.query('DELETE FROM etl_report_run WHERE account_id = $1::bigint AND fingerprint = $2', [
      accountId,
      fingerprint,
    ]),
  )
}

import type { ObjectId } from '../model/object-id.ts'
import { isReportName, type ReportName } from '../model/report.ts'
import type { LearnedSize } from '../model/request-size.ts'
import type { Row, Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** What was learned of an account's reports; those of which nothing was are absent. */
export async function readRequestSizes(
  warehouse: Warehouse,
  accountId: ObjectId,
): Promise<Map<ReportName, LearnedSize>> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT report, mode, page_limit, days, campaigns, successes, refused_at, refusal
         FROM etl_request_size WHERE account_id = $1::bigint ORDER BY report`,
      [accountId],
    ),
  )
  return new Map(rows.flatMap(parseSize))
}

/** Keeps a size in place of the one before; null forgets it. */
export async function saveRequestSize(
  warehouse: Warehouse,
  accountId: ObjectId,
  report: ReportName,
  size: LearnedSize | null,
): Promise<void> {
  await warehouse.use(async (session) => {
    if (size === null) {
      await session.query('DELETE FROM etl_request_size WHERE account_id = $1::bigint AND report = $2', [
        accountId,
        report,
      ])
      return
    }
    await session.query(
      `INSERT INTO etl_request_size
         (account_id, report, mode, page_limit, days, campaigns, successes, refused_at, refusal)
       VALUES ($1::bigint, $2, $3, $4::integer, $5::integer, $6::integer, $7::integer, $8::timestamptz, $9)
       ON CONFLICT (account_id, report) DO UPDATE SET
         mode = excluded.mode, page_limit = excluded.page_limit, days = excluded.days,
         campaigns = excluded.campaigns, successes = excluded.successes, refused_at = excluded.refused_at,
         refusal = excluded.refusal`,
      [
        accountId,
        report,
        size.mode,
        size.pageLimit,
        size.days,
        size.campaigns,
        size.successes,
        new Date(size.refusedAtMs).toISOString(),
        storableText(size.refusal),
      ],
    )
  })
}

/** None for a report that this program does not know. */
function parseSize(row: Row): [ReportName, LearnedSize][] {
  const report = String(row.report)
  if (!isReportName(report)) return []
  const count = (value: unknown) => (value === null ? null : Number(value))
  const size = {
    mode: row.mode === 'async' ? 'async' : 'sync',
    pageLimit: Number(row.page_limit),
    days: count(row.days),
    campaigns: count(row.campaigns),
    successes: Number(row.successes),
    refusedAtMs: row.refused_at instanceof Date ? row.refused_at.getTime() : 0,
    refusal: String(row.refusal),
  } as const
  return [[report, size]]
}

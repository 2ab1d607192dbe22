import type { Fleet } from '../../capacity/fleet.ts'
import type { CapacityPlan, Means } from '../../capacity/plan-capacity.ts'

/** What `plan-capacity --json` prints: the answer, and all that it assumes. Bytes, milliseconds, fractions of 1. */
export function capacityDocument(fleet: Fleet, means: Means, plan: CapacityPlan): string {
  const { day, binding, storage } = plan
  return JSON.stringify(
    {
      fleet: {
        groups: fleet.groups,
        reports: fleet.reports,
        first: fleet.isFirst,
        days: fleet.days,
        history_days: fleet.historyDays,
        chunk_days: fleet.chunkDays,
        active_share: fleet.activeShare,
        restated_share: fleet.restatedShare,
      },
      means: {
        concurrency: means.concurrency,
        metadata_concurrency: means.metaConcurrency,
        database_cores: means.databaseCores,
        latency_ms: means.latencyMs,
        tier: means.tier,
        apps: means.apps,
        within_ms: means.withinMs,
      },
      workers: plan.workers,
      in_time: plan.isInTime,
      duration_ms: Math.round(day.wallMs),
      binding: binding.bound,
      busy: binding.busy,
      calls: day.calls,
      metadata_calls_given_up: day.givenUp,
      limits: Object.fromEntries(
        Object.entries(day.limits).map(([name, { peakPercent, waitedMs }]) => [
          name,
          { peak_percent: peakPercent, waited_ms: Math.round(waitedMs) },
        ]),
      ),
      rows: {
        read: Math.round(plan.rows),
        of_a_day: Object.fromEntries(
          [...plan.factsOfDay].map(([report, facts]) => [report, Math.round(facts)]),
        ),
      },
      json_bytes: Math.round(plan.bytes),
      database: {
        now_bytes: Math.round(storage.now),
        after_a_year_bytes: Math.round(storage.afterYear),
        per_month_bytes: Math.round(storage.perMonth),
        wal_bytes: Math.round(storage.wal),
      },
    },
    null,
    2,
  )
}

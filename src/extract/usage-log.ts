import type { ApiUsage } from '../model/api-usage.ts'
import type { ObjectId } from '../model/object-id.ts'

/** Keeps the peak of each rate limit, hour by hour. */
export interface UsageLog {
  read(accountId: ObjectId | null, useCase: string, percent: number, nowMs: number): void
  /** Calls have begun to wait for the limit; the pause counts in the hour in which it begins. */
  paused(accountId: ObjectId | null, useCase: string, waitMs: number, nowMs: number): void
  readonly hours: readonly ApiUsage[]
}

const HOUR_MS = 3_600_000

export function createUsageLog(): UsageLog {
  const hours = new Map<string, ApiUsage>()

  function change(
    accountId: ObjectId | null,
    useCase: string,
    nowMs: number,
    to: (hour: ApiUsage) => Partial<ApiUsage>,
  ): void {
    const hourMs = nowMs - (nowMs % HOUR_MS)
    const key = `${accountId} ${useCase} ${hourMs}`
    const hour = hours.get(key) ?? { accountId, useCase, hourMs, percent: 0, pauses: 0, pausedMs: 0 }
    hours.set(key, { ...hour, ...to(hour) })
  }

  return {
    read(accountId, useCase, percent, nowMs) {
      change(accountId, useCase, nowMs, (hour) => ({ percent: Math.max(hour.percent, percent) }))
    },
    paused(accountId, useCase, waitMs, nowMs) {
      change(accountId, useCase, nowMs, ({ pauses, pausedMs }) => ({
        pauses: pauses + 1,
        pausedMs: pausedMs + waitMs,
      }))
    },
    get hours() {
      return [...hours.values()]
    },
  }
}

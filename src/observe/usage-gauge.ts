import { Gauge, type Registry } from 'prom-client'
import type { ApiEvent } from '../extract/api-event.ts'

type Usage = Extract<ApiEvent, { type: 'usage' }>

/** Every account has some limits of its own: of thousands, those that are used most are shown. */
const MOST_SHOWN = 50
/** Limits are counted over the last hour; a reading that is older says nothing any more. */
const READING_TTL_MS = 3_600_000

/** How much of the API's rate limits is used, the app's and those of the accounts that use most of theirs. */
export function createUsageGauge(registry: Registry, nowMs: () => number) {
  const gauge = new Gauge({
    name: 'fbads_api_usage_percent',
    help: `Used share of a rate limit as the API last said within an hour, 100 and more is throttled; the app's, and the ${MOST_SHOWN} highest of accounts.`,
    labelNames: ['scope', 'account', 'use_case'],
    registers: [registry],
  })
  const readings = new Map<string, { readonly event: Usage; readonly atMs: number }>()

  return {
    read(event: Usage): void {
      readings.set(`${event.accountId} ${event.useCase}`, { event, atMs: nowMs() })
    },
    /** Sets the gauge to what is known now. */
    show(): void {
      for (const [key, { atMs }] of readings) if (nowMs() - atMs >= READING_TTL_MS) readings.delete(key)
      const events = [...readings.values()].map(({ event }) => event)
      const ofAccounts = events.filter(({ accountId }) => accountId !== null)
      const shown = ofAccounts.toSorted((a, b) => b.percent - a.percent).slice(0, MOST_SHOWN)
      gauge.reset()
      for (const { accountId, useCase, percent } of [
        ...events.filter(({ accountId }) => accountId === null),
        ...shown,
      ]) {
        const scope = accountId === null ? 'app' : 'account'
        gauge.set({ scope, account: accountId ?? '', use_case: useCase }, percent)
      }
    },
  }
}

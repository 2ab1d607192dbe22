import type { ApiEvent } from '../../extract/marketing-api.ts'
import type { RequestSize } from '../../model/request-size.ts'
import type { InsightsRequest } from '../../model/slice.ts'

/** `core of act_1, 2026-03-01 to 2026-03-07`. */
export function requestLabel({ report, accountId, since, until }: InsightsRequest): string {
  return `${report} of act_${accountId}, ${since === until ? since : `${since} to ${until}`}`
}

/** `a report run`, `3 days at a time`, `64 campaigns at a time`. */
export function sizeLabel({ days, campaigns }: RequestSize): string {
  if (campaigns !== null) return counted(campaigns, 'campaign')
  return days === null ? 'a report run' : counted(days, 'day')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'} at a time`
}

/** `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `4 s`, `3 min 20 s`, `2 h 5 min`: what a clock counts, up or down. */
export function wholeSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000)
}

/** `1,234,567`. */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

/** `850 kB`, `78.2 GB`; a kilobyte has 1000 bytes. */
export function bytes(count: number): string {
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.max(1, Math.min(units.length, Math.floor(Math.log10(Math.max(1, count)) / 3)))
  const value = count / 1000 ** power
  return `${value.toFixed(value < 100 && power > 1 ? 1 : 0)} ${units[power - 1]}`
}

/** `14:05:30`, on this machine's wall. */
export function wallClock(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString('en-GB', { timeStyle: 'medium' })
}

export function limitsNotSharedLine(error: Error): string {
  return (
    '⚠️ WARNING: what is learned of the rate limits is not shared with other processes until this passes: ' +
    error.message
  )
}

/** What happens between us and the API; what is not important is for `--verbose`. */
export function apiEventLine(event: Exclude<ApiEvent, { type: 'usage' | 'api-call' }>): {
  text: string
  important: boolean
} {
  switch (event.type) {
    case 'retry':
      return {
        text: `${event.error.message} Trying again in ${duration(event.waitMs)} (attempt ${event.attempt + 1}).`,
        important: false,
      }
    case 'waiting': {
      const who = event.accountId === null ? 'the app' : `account ${event.accountId}`
      return { text: `waiting until ${wallClock(event.untilMs)}, ${who}: ${event.reason}`, important: true }
    }
    case 'api-warning':
      return { text: `⚠️ WARNING: ${event.message}`, important: true }
    case 'smaller-pages':
      return {
        text: `${event.what}: asking for ${event.limit} rows a page. ${event.error.message}`,
        important: false,
      }
    case 'reading-again':
      return { text: `${event.what}: reading again from the start. ${event.error.message}`, important: false }
    case 'report-run':
      return {
        text: `report run ${event.reportRunId}: ${event.status}, ${event.percent} %`,
        important: false,
      }
    case 'field-dropped':
      return {
        text: `⚠️ WARNING: the API refuses the field ${event.field}; it is left out of this run. ${event.error.message}`,
        important: true,
      }
    default:
      return event satisfies never
  }
}

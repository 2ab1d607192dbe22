import type { SyncEvent } from '../../pipeline/sync-event.ts'
import { apiEventLine, limitsNotSharedLine, requestLabel, sizeLabel } from './words.ts'

/** What a worker tells of an event; null when nothing. What is not important is for `--verbose`. */
export function workerLine(event: SyncEvent): { readonly text: string; readonly important: boolean } | null {
  switch (event.type) {
    case 'loaded':
      return { text: `${requestLabel(event.request)}: ${event.records} rows`, important: false }
    case 'metadata':
      return { text: `act_${event.accountId}: ${event.records} ${event.kind} records`, important: false }
    case 'accounts':
      return { text: `planning ${event.accounts.length} accounts`, important: false }
    case 'slices-failed':
      return { text: `❌ ${requestLabel(event.request)}: ${event.error.message}`, important: true }
    case 'account-failed':
      return { text: `❌ account ${event.accountId}: ${event.error.message}`, important: true }
    case 'metadata-failed':
      return { text: `[METADATA] ✗ ${event.kind} ID=${event.id}: ${event.error.message}`, important: false }
    case 'totals-failed':
      return {
        text: `⚠️ WARNING: the API's own totals of act_${event.accountId} could not be read: ${event.error.message}`,
        important: true,
      }
    case 'asking-for-less':
      return {
        text: `${requestLabel(event.request)} is too much at once: asking for ${sizeLabel(event.size)}.`,
        important: false,
      }
    case 'source-stopped':
      return { text: `❌ source ${event.name} is stopped: ${event.error.message}`, important: true }
    case 'shared-account':
      return {
        text: `⚠️ WARNING: act_${event.accountId} is asked for by ${event.reader} and ${event.other}; ${event.reader} reads it.`,
        important: true,
      }
    case 'accounts-as-before':
    case 'account-as-before':
      return { text: `⚠️ WARNING: known accounts stand in: ${event.error.message}`, important: true }
    case 'limits-not-shared':
      return { text: limitsNotSharedLine(event.error), important: true }
    case 'step':
    case 'schema':
    case 'waiting-for-account':
    case 'planned':
    case 'dimension-loaded':
    case 'no-delivery':
    case 'checks':
    case 'aborted':
    case 'run-begun':
    case 'account-begun':
    case 'account-ended':
    case 'request-begun':
    case 'request-read':
    case 'request-ended':
    case 'api-call':
    case 'usage':
      return null
    default:
      return apiEventLine(event)
  }
}

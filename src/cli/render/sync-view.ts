import type { AdObjectKind } from '../../model/ad-object.ts'
import { AD_OBJECT_KINDS, AD_OBJECT_LABELS } from '../../model/ad-object.ts'
import type { Clock } from '../../model/clock.ts'
import type { ObjectId } from '../../model/object-id.ts'
import { REPORT_NAMES, type ReportName } from '../../model/report.ts'
import { SYNC_STEPS, type SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import type { Output } from '../output.ts'
import { checkCounts, checkLines } from './check-lines.ts'
import { createProgress } from './progress.ts'
import { apiEventLine, duration, limitsNotSharedLine, requestLabel, sizeLabel } from './words.ts'

const REPORT_LABELS: Readonly<Record<ReportName, string>> = {
  core: 'Core',
  age_gender: 'Age and gender',
  country: 'Country',
}

/** Of many alike, a log needs only the first. */
const MOST_METADATA_ERRORS = 10
/** Of the accounts of a source that is stopped. */
const MOST_ACCOUNTS = 5

export interface SyncView {
  /** What a sync that ended before its end did until then; null for any other. */
  readonly aborted: SyncSummary | null
  onEvent(event: SyncEvent): void
  /** Shows what the whole run did. */
  end(summary: SyncSummary): void
  /** Takes the live lines away; for a run that did not come to its end. */
  close(): void
}

/** Shows a sync while it runs, and sums it up. */
export function createSyncView(output: Output, clock: Clock): SyncView {
  const progress = createProgress(output, clock)
  const records = new Map<ReportName, number>()
  const retrieved = new Map<AdObjectKind, number>()
  let metadataErrors = 0
  let aborted: SyncSummary | null = null

  const metadataFailed = ({ kind, id, error }: Extract<SyncEvent, { type: 'metadata-failed' }>) => {
    metadataErrors += 1
    if (metadataErrors > MOST_METADATA_ERRORS && !output.verbose) return
    const code = 'code' in error && error.code !== null ? ` (${error.code})` : ''
    output.say(`[METADATA] ✗ API ERROR for ${kind} ID=${id}${code}: ${error.message}`, 'warning')
  }

  return {
    get aborted() {
      return aborted
    },

    onEvent(event) {
      progress.onEvent(event)
      switch (event.type) {
        case 'step':
          return output.say(`[${SYNC_STEPS.indexOf(event.step) + 1}/6] ${event.step}`, 'title')
        case 'schema':
          return output.say(
            `  version ${event.version}${event.applied.length > 0 ? `, ${event.applied.length} migrations applied` : ', up to date'}`,
            'dim',
          )
        case 'accounts':
          for (const account of event.accounts) {
            output.say(
              `  act_${account.accountId} ${account.name}: ${account.currency}, ${account.timeZone}, ${account.status}`,
              'dim',
            )
          }
          return
        case 'waiting-for-account':
          return output.say(`Another sync has act_${event.accountId}; waiting until it is done.`, 'warning')
        case 'limits-not-shared':
          return output.say(limitsNotSharedLine(event.error), 'warning')
        case 'accounts-as-before':
          return output.say(
            `⚠️ WARNING: the accounts of the token cannot be listed, so the ${event.accounts} of earlier syncs are synced: ${event.error.message}`,
            'warning',
          )
        case 'account-as-before':
          return output.say(
            `⚠️ WARNING: account ${event.accountId} is synced by what an earlier sync knows of it: ${event.error.message}`,
            'warning',
          )
        case 'shared-account':
          return output.say(
            `⚠️ WARNING: act_${event.accountId} is asked for by two sources, ${event.reader} and ${event.other}; ${event.reader} reads it.`,
            'warning',
          )
        case 'source-stopped':
          return output.say(
            `❌ source ${event.name} is stopped: ${event.error.message}${notDone(event.accountIds)}`,
            'problem',
          )
        case 'account-failed':
          return output.say(`❌ account ${event.accountId}: ${event.error.message}`, 'problem')
        case 'metadata':
          retrieved.set(event.kind, (retrieved.get(event.kind) ?? 0) + event.records)
          return
        case 'metadata-failed':
          return metadataFailed(event)
        case 'totals-failed':
          return output.say(
            `⚠️ WARNING: the API's own totals of act_${event.accountId} could not be read: ${event.error.message}`,
            'warning',
          )
        case 'loaded': {
          const { report } = event.request
          records.set(report, (records.get(report) ?? 0) + event.records)
          if (output.verbose) output.say(`  ${requestLabel(event.request)}: ${event.records} rows`, 'dim')
          return
        }
        case 'asking-for-less':
          return output.say(
            `${requestLabel(event.request)} is too much at once: asking for ${sizeLabel(event.size)}.`,
            'warning',
          )
        case 'slices-failed':
          return output.say(`❌ ${requestLabel(event.request)}: ${event.error.message}`, 'problem')
        case 'no-delivery':
          return output.say(
            `act_${event.account.accountId} (${event.account.name}) delivered nothing from ${event.since} to ${event.until}: no ad spent in these days, or they lie before the account existed${event.account.createdTime ? ` (created ${event.account.createdTime.slice(0, 10)})` : ''} or in its future.`,
          )
        case 'aborted':
          aborted = event.summary
          progress.close()
          return output.say(summaryLine(event.summary), 'problem')
        case 'run-begun':
        case 'account-begun':
        case 'account-ended':
        case 'request-begun':
        case 'request-read':
        case 'request-ended':
        case 'planned':
        case 'dimension-loaded':
        case 'checks':
        case 'usage':
        case 'api-call':
          return
        case 'waiting':
          // On a terminal it stands in the live lines, until it is over.
          if (output.liveWidth !== null && !output.verbose) return
          return output.say(apiEventLine(event).text, 'warning')
        default: {
          const line = apiEventLine(event)
          if (line.important || output.verbose) output.say(line.text, line.important ? 'warning' : 'dim')
        }
      }
    },

    end(summary) {
      progress.close()
      output.say('')
      for (const report of REPORT_NAMES.filter((name) => records.has(name))) {
        output.say(`✅ ${REPORT_LABELS[report]} data extracted: ${records.get(report)} rows`, 'good')
      }
      for (const kind of AD_OBJECT_KINDS.filter((name) => retrieved.has(name))) {
        output.say(
          `✓ Retrieved ${retrieved.get(kind)} ${AD_OBJECT_LABELS[kind].toLowerCase()} records`,
          'good',
        )
      }
      if (metadataErrors > MOST_METADATA_ERRORS) {
        output.say(`[METADATA] ${metadataErrors} API errors in all; --verbose shows each.`, 'warning')
      }
      for (const [table, counts] of Object.entries(summary.rows)) {
        const { inserted, updated, unchanged, deleted } = counts
        // Of a report that was not read, or an account without delivery, there is nothing to tell.
        if (inserted + updated + unchanged + deleted === 0) continue
        output.say(
          `✅ ${table}: ${inserted + updated + unchanged} rows upserted (${inserted} inserted, ${updated} updated, ${unchanged} unchanged), ${deleted} deleted`,
          'good',
        )
      }
      for (const { text, tone } of checkLines(summary.checks)) output.say(text, tone)
      if (summary.checks.length > 0) output.say(checkCounts(summary.checks))
      output.say(summaryLine(summary), summary.status === 'succeeded' ? 'title' : 'problem')
    },

    close: () => progress.close(),
  }
}

/** Said of a stopped source. */
function notDone(accountIds: readonly ObjectId[]): string {
  if (accountIds.length === 0) return ''
  const names = accountIds.slice(0, MOST_ACCOUNTS).map((id) => `act_${id}`)
  const more = accountIds.length - names.length
  return ` Not done: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

export function summaryLine(summary: SyncSummary): string {
  const { slices, status, since, until, accounts, stoppedSources, failedAccounts } = summary
  const { apiCalls, durationMs, rejected } = summary
  const parts = [
    ...(since === null ? [] : [`${since} to ${until}`]),
    `${slices.loaded} slices loaded`,
    `${slices.unchanged} unchanged`,
    `${slices.failed} failed`,
    `${slices.skipped} skipped`,
    ...(rejected > 0 ? [`${rejected} rows rejected`] : []),
    counted(accounts.length, 'account'),
    ...(stoppedSources.length > 0 ? [`${counted(stoppedSources.length, 'source')} stopped`] : []),
    ...(failedAccounts.length > 0 ? [`${counted(failedAccounts.length, 'account')} failed`] : []),
    counted(apiCalls, 'API call'),
    duration(durationMs),
  ]
  return `\nSync ${status}: ${parts.join(', ')}.${nextStep(summary)}`
}

function nextStep({ slices, stoppedSources, failedAccounts }: SyncSummary): string {
  if (stoppedSources.length > 0) return ' What to do about each source stands with its error above.'
  if (slices.failed + slices.skipped > 0) return ' Run fbads sync again to load what is missing.'
  return failedAccounts.length > 0 ? ' What to do about each account stands with its error above.' : ''
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

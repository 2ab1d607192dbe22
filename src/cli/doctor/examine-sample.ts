import { readInsights } from '../../extract/insights.ts'
import type { MarketingApi } from '../../extract/marketing-api.ts'
import { createRefusedFields } from '../../extract/refused-fields.ts'
import type { AdAccount } from '../../model/ad-object.ts'
import { addDays, dayIn } from '../../model/calendar-date.ts'
import { RecordPage } from '../../model/record-page.ts'
import { REPORTS } from '../../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../../model/slice.ts'
import { LARGEST } from '../../pipeline/request-size.ts'
import { createInsightTransform } from '../../transform/insight-transform.ts'
import { extraFields } from '../extra-fields.ts'
import type { Settings } from '../settings.ts'
import type { Examination } from './examination.ts'

/** Enough to see names, ids and clicks; little enough to cost one small call. */
const RECORDS = 50
const DAYS = 7
const CAMPAIGNS = 3

interface Sample {
  readonly request: InsightsRequest
  readonly records: RecordPage
}

/** Reads a few records and their campaigns as a sync would, and transforms them; nothing is written. */
export async function examineSample(
  api: MarketingApi,
  account: AdAccount,
  settings: Settings,
  { begin, skip, examine }: Examination,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  begin('Extraction')
  const sample = await examine(
    'records',
    () => readSample(api, account, settings, nowMs, signal),
    describeRecords,
  )
  if (sample === null || sample.records.length === 0)
    return skip(['Transformation'], 'no record was read, see Extraction')
  const ids = [...new Set([...sample.records].map(({ campaign_id: id }) => String(id)))]
  await examine(
    'metadata',
    () => readCampaigns(api, account, ids.slice(0, CAMPAIGNS), signal),
    (names) =>
      `Retrieved ${names.length} campaign records; their ids end as those of the records do: ${ids
        .slice(0, CAMPAIGNS)
        .map((id) => `…${id.slice(-4)}`)
        .join(', ')}`,
  )
  begin('Transformation')
  const outcome = await examine('rows', async () => transform(sample), describeOutcome)
  if (outcome) await examine('clicks', async () => outcome.clickSources, describeClicks)
}

async function readSample(
  api: MarketingApi,
  { accountId, timeZone }: AdAccount,
  settings: Settings,
  nowMs: number,
  signal: AbortSignal,
): Promise<Sample> {
  const until = addDays(dayIn(timeZone, nowMs), -1)
  const request = { accountId, report: 'core', since: addDays(until, 1 - DAYS), until } as const
  const fields = [...new Set([...REPORTS.core.fields, ...extraFields(settings.baseFieldsToPull)])]
  const size = { ...LARGEST, pageLimit: RECORDS }
  const options = {
    fields,
    size,
    onLess: async () => {},
    runs: null,
    refused: createRefusedFields(),
    repeats: new Set<string>(),
  }
  for await (const records of readInsights(api, request, options, signal)) return { request, records }
  return { request, records: new RecordPage([]) }
}

function describeRecords({ request: { accountId, since, until }, records }: Sample) {
  const days = `${since} to ${until}`
  return records.length === 0
    ? {
        warning: `act_${accountId} had no delivery ${days}: there is nothing to look at, and a sync will load 0 rows`,
      }
    : `act_${accountId}, ${days}: ${records.length} records read`
}

async function readCampaigns(
  api: MarketingApi,
  { accountId }: AdAccount,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = []
  for (const id of ids) {
    const record = await api.get(
      { accountId, path: id, params: { fields: 'id,name,effective_status' } },
      signal,
    )
    if (record.id !== id)
      throw new Error(
        `❌ ID CORRUPTION DETECTED: campaign ${id} was asked for, ${String(record.id)} came back`,
      )
    names.push(String(record.name ?? ''))
  }
  return names
}

function transform({ request, records }: Sample): RequestOutcome {
  const { transform: toRows, outcome } = createInsightTransform(request)
  toRows(records)
  return outcome()
}

function describeOutcome({ rowCounts, rejects, seenAds }: RequestOutcome) {
  const understood = [...rowCounts.values()].reduce((sum, count) => sum + count, 0)
  const [first] = rejects
  return first
    ? {
        warning: `${rejects.length} records could not be understood, the first because: ${first.reason}; a sync keeps them in etl_reject`,
      }
    : `${understood} records of ${seenAds.length} ads understood, none rejected`
}

function describeClicks(sources: RequestOutcome['clickSources']) {
  const names = [...new Set(sources.values())]
  if (names.length === 0)
    return {
      warning:
        'no record has clicks of any kind: see that baseFieldsToPull and the API version are as they were',
    }
  return `from ${names.join(', ')}`
}

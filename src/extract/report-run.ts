import { toAmount } from '../model/decimal.ts'
import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { SubmittedRun } from '../model/request-size.ts'
import type { ApiCall, CallSubject } from './api-call.ts'
import { parseGraphError } from './graph-answer.ts'
import { toSubject } from './graph-call.ts'
import { GraphError, isGraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import type { MarketingApi } from './marketing-api.ts'
import type { PageOptions, ReadPages } from './paginate.ts'
import { fingerprintOf, type ReportRunMemory } from './report-run-memory.ts'

/** A call of `act_…/insights` for one ad account. */
export interface InsightsCall extends ApiCall {
  readonly accountId: ObjectId
}

const FIRST_POLL_MS = 1_000
const SLOWEST_POLL_MS = 10_000
const STUCK_MS = 5 * 60_000
const WHOLE_MS = 60 * 60_000
const MAX_RESUBMITS = 3
/** Before the first new run, doubled each time; a limit of runs is often a matter of minutes. */
const RESUBMIT_MS = { failed: 5_000, throttled: 60_000 } as const
/** How often a run may be unknown, and its result not ready, just after the API has named it. */
const MAX_RACES = 10

/**
 * Has the API prepare the report in the background, waits for it and reads its pages by `read`. A run
 * that `memory` knows from before is waited for instead of another, and forgotten once it is read to its end.
 * A run that fails, is skipped or gets stuck is submitted again, three times. Throws GraphError: of kind
 * `too-much-data` when the API cannot make the report, or not within an hour.
 * https://developers.facebook.com/docs/marketing-api/insights/best-practices#asynchronous
 */
export async function* readReportRun<Page>(
  api: MarketingApi,
  call: InsightsCall,
  read: ReadPages<Page>,
  pages: PageOptions,
  memory: ReportRunMemory | null,
  signal: AbortSignal,
): AsyncGenerator<Page, void, undefined> {
  const fingerprint = fingerprintOf(call)
  const reportRunId = await completeRun(api, call, memory, signal)
  const result = { ...call, path: `${reportRunId}/insights`, params: {} }
  let started = false
  for (let races = 0; ; races += 1) {
    try {
      for await (const page of read(api, result, pages, signal)) {
        started = true
        yield page
      }
      await memory?.forget(fingerprint)
      return
    } catch (error) {
      if (!isGraphError(error, 'not-ready', 'not-found') || started || races === MAX_RACES) {
        if (isGraphError(error, 'not-found', 'too-much-data')) await memory?.forget(fingerprint)
        throw error
      }
      await api.clock.sleep(pollDelayMs(races), signal)
    }
  }
}

/** The id of a run that has completed. */
async function completeRun(
  api: MarketingApi,
  call: InsightsCall,
  memory: ReportRunMemory | null,
  signal: AbortSignal,
): Promise<ObjectId> {
  const fingerprint = fingerprintOf(call)
  const deadlineMs = api.clock.now() + WHOLE_MS
  const known = (await memory?.find(fingerprint)) ?? null
  if (known !== null) {
    const failure = await waitForRun(api, call, known, deadlineMs, signal, isOfCall)
    if (failure === null) return known.reportRunId
    await memory?.forget(fingerprint)
    if (!isRepeatable(failure)) throw failure
  }
  for (let resubmits = 0; ; resubmits += 1) {
    const reportRunId = parseRunId(await api.post(call, signal), call)
    const run = { reportRunId, submittedMs: api.clock.now() }
    await memory?.keep(fingerprint, run)
    const failure = await waitForRun(api, call, run, deadlineMs, signal)
    if (failure === null) return reportRunId
    await memory?.forget(fingerprint)
    if (!isRepeatable(failure)) throw failure
    if (resubmits === MAX_RESUBMITS || api.clock.now() >= deadlineMs) throw givenUp(call, failure)
    const waitMs = RESUBMIT_MS[failure.kind === 'throttled' ? 'throttled' : 'failed'] * 2 ** resubmits
    api.onEvent({ type: 'retry', ...toSubject('POST', call), error: failure, attempt: resubmits + 1, waitMs })
    await api.clock.sleep(waitMs, signal)
  }
}

/** A number that was noted long ago may be another run's: one that says so is not taken for ours. */
function isOfCall(run: JsonObject, { accountId, params }: InsightsCall): boolean {
  const range = isJsonObject(params.time_range) ? params.time_range : {}
  const said = [toObjectId(run.account_id) ?? run.account_id, run.date_start, run.date_stop]
  const asked = [accountId, range.since, range.until]
  return said.every((value, i) => value === undefined || value === asked[i])
}

function isRepeatable(failure: GraphError): boolean {
  return isGraphError(failure, 'transient', 'not-found', 'throttled')
}

/** Null when the run has completed; else why it never will, `transient` when another run might. */
async function waitForRun(
  api: MarketingApi,
  call: InsightsCall,
  { reportRunId, submittedMs }: SubmittedRun,
  deadlineMs: number,
  signal: AbortSignal,
  isOurs: (run: JsonObject, call: InsightsCall) => boolean = () => true,
): Promise<GraphError | null> {
  const poll: ApiCall = { ...call, path: reportRunId, params: {} }
  const subject = toSubject('GET', poll)
  let races = 0
  let told = ''
  for (let polls = 0; ; polls += 1) {
    await api.clock.sleep(pollDelayMs(polls), signal)
    let run: JsonObject
    try {
      run = await api.get(poll, signal)
    } catch (error) {
      if (!isGraphError(error, 'not-found')) throw error
      races += 1
      // A run that was named long ago is not about to be found: the API has forgotten it.
      if (races > MAX_RACES || api.clock.now() - submittedMs >= STUCK_MS) return error
      continue
    }
    if (!isOurs(run, call)) return lost(subject, 'the report run is one of another request')
    const { status, percent } = parseRun(run)
    if (told !== `${status} ${percent}`) {
      api.onEvent({ type: 'report-run', accountId: call.accountId, reportRunId, status, percent })
      told = `${status} ${percent}`
    }
    // Running may already say 100 %, and Completed less: only both together mean that it can be read.
    if (status === 'Job Completed' && percent >= 100) return null
    if (status === 'Job Failed') return parseFailure(run, subject)
    if (status === 'Job Skipped') return lost(subject, 'the API has skipped the report run')
    const nowMs = api.clock.now()
    if (percent === 0 && nowMs - submittedMs >= STUCK_MS)
      return lost(subject, 'the report run does not start')
    if (nowMs >= deadlineMs) return lost(subject, `the report run is at ${percent} % after an hour`)
  }
}

function pollDelayMs(polls: number): number {
  return Math.min(SLOWEST_POLL_MS, FIRST_POLL_MS * 1.5 ** polls)
}

/** `{"report_run_id":"6023920149050"}`, or a bare number. */
function parseRunId(answer: JsonObject, call: ApiCall): ObjectId {
  const id = toObjectId(answer.report_run_id)
  if (id !== null) return id
  throw lost(toSubject('POST', call), 'the API has taken the report without giving its run an id')
}

function parseRun(run: JsonObject): { status: string; percent: number } {
  return {
    status: typeof run.async_status === 'string' ? run.async_status : 'unknown',
    percent: Number(toAmount(run.async_percent_completion) ?? 0),
  }
}

/** Since v25.0 a failed run says why; without a reason another run might succeed. */
function parseFailure(run: JsonObject, subject: CallSubject): GraphError {
  if (run.error_code === undefined && run.error_subcode === undefined) {
    return lost(subject, 'the report run has failed without a reason')
  }
  const envelope = {
    message: run.error_message ?? 'the report run has failed',
    code: run.error_code ?? -1,
    error_subcode: run.error_subcode,
    error_user_title: run.error_user_title,
    error_user_msg: run.error_user_msg,
  }
  return parseGraphError(envelope, { status: null, regainMs: null }, subject, [])
}

function lost(subject: CallSubject, text: string): GraphError {
  return new GraphError({ ...subject, kind: 'transient', text, fix: FIXES.transient })
}

function givenUp(call: ApiCall, last: GraphError): GraphError {
  return new GraphError({
    ...toSubject('POST', call),
    kind: 'too-much-data',
    text: `the API does not finish this report: ${last.message}`,
    code: last.code,
    subcode: last.subcode,
    smallerPagesHelp: false,
    fix: FIXES['too-much-data'],
    cause: last,
  })
}

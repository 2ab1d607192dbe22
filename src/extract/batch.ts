import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import type { ObjectId } from '../model/object-id.ts'
import { type ApiParams, type CallSubject, toQuery } from './api-call.ts'
import { parseGraphAnswer } from './graph-answer.ts'
import type { GraphCall, GraphTarget } from './graph-call.ts'
import { GraphError, isGraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import type { Retrying } from './retry.ts'
import { readUsage } from './usage.ts'

/** One GET within a batch. */
export interface BatchRead {
  readonly path: string
  readonly params: ApiParams
}

/** More are refused. https://developers.facebook.com/docs/graph-api/batch-requests */
export const MAX_BATCH = 50

export interface BatchTools {
  readonly send: GraphCall
  readonly retrying: Retrying
  readonly target: GraphTarget
}

/**
 * The answer to each read, in order: what it found, or the error that is its own. Items that may yet work
 * (unanswered, transient, refused for a rate limit) are asked again, alone; the rejection is an error of the
 * whole batch, or of the token, or a rate limit that lasts too long.
 */
export async function readBatch(
  accountId: ObjectId | null,
  reads: readonly BatchRead[],
  tools: BatchTools,
  signal: AbortSignal,
): Promise<(JsonObject | GraphError)[]> {
  const answers: (JsonObject | GraphError)[] = []
  for (let start = 0; start < reads.length; start += MAX_BATCH) {
    answers.push(...(await readOneBatch(accountId, reads.slice(start, start + MAX_BATCH), tools, signal)))
  }
  return answers
}

async function readOneBatch(
  accountId: ObjectId | null,
  reads: readonly BatchRead[],
  { send, retrying, target }: BatchTools,
  signal: AbortSignal,
): Promise<(JsonObject | GraphError)[]> {
  const answers = new Map<BatchRead, JsonObject | GraphError>()
  const subject: CallSubject = { what: 'POST batch', accountId }
  const isOpen = (read: BatchRead) => isGraphError(answers.get(read), 'transient', 'throttled')
  const attempt = async () => {
    const asked = reads.filter((read) => !answers.has(read) || isOpen(read))
    const { body: items, release } = await send(
      'POST',
      toBatchCall(accountId, asked, target.apiVersion),
      signal,
    )
    release()
    if (!Array.isArray(items) || items.length !== asked.length) throw unanswered(subject)
    for (const [index, read] of asked.entries())
      answers.set(read, parseItem(items[index], read, accountId, target))
    const settled = [...answers.values()]
    const again = settled.find((answer) => isGraphError(answer, 'throttled')) ?? reads.find(isOpen)
    if (again) throw again instanceof GraphError ? again : answers.get(again)
  }
  try {
    await retrying(subject, attempt, signal)
  } catch (error) {
    // An item that stays transient is reported as its own; the others have their answers.
    if (!isGraphError(error, 'transient') || ![...answers.values()].includes(error)) throw error
  }
  const results = reads.map((read) => answers.get(read) ?? unanswered(subject))
  const fatal = results.find((answer) => isGraphError(answer, 'auth'))
  if (fatal) throw fatal
  return results
}

function toBatchCall(accountId: ObjectId | null, reads: readonly BatchRead[], apiVersion: string) {
  const batch = reads.map(({ path, params }) => ({
    method: 'GET',
    relative_url: `${apiVersion}/${path}?${toQuery(params)}`,
  }))
  return { accountId, path: '', params: { batch } }
}

/** An item is `{code, headers: [{name, value}], body: "<JSON as text>"}`, or null when it timed out. */
function parseItem(
  item: unknown,
  { path }: BatchRead,
  accountId: ObjectId | null,
  target: GraphTarget,
): JsonObject | GraphError {
  const subject = { what: `GET ${path}`, accountId }
  if (!isJsonObject(item) || typeof item.body !== 'string') return unanswered(subject)
  const headers = parseItemHeaders(item.headers)
  const regainMs = target.onHeaders(headers, readUsage(headers), accountId)
  const status = typeof item.code === 'number' ? item.code : 200
  try {
    const answer = { status, text: item.body, regainMs }
    const body = parseGraphAnswer(answer, subject, target.secrets)
    return isJsonObject(body) ? body : unanswered(subject)
  } catch (error) {
    if (error instanceof GraphError) return error
    throw error
  }
}

function parseItemHeaders(list: unknown): Headers {
  const headers = new Headers()
  for (const header of Array.isArray(list) ? list : []) {
    if (!isJsonObject(header)) continue
    const { name, value } = header
    // What no header can hold, none has held.
    if (typeof name !== 'string' || !/^x-[\w-]+$/i.test(name)) continue
    if (typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value)) headers.append(name, value)
  }
  return headers
}

function unanswered(subject: CallSubject): GraphError {
  return new GraphError({
    ...subject,
    kind: 'transient',
    text: 'the batch left it unanswered',
    fix: FIXES.transient,
  })
}

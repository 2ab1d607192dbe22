import { createHash } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import { RecordPage } from '../model/record-page.ts'
import type { ApiCall } from './api-call.ts'
import { type HeldAnswer, toSubject } from './graph-call.ts'
import { GraphError, isGraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import type { MarketingApi } from './marketing-api.ts'
import { RecordScanner } from './scan-records.ts'

/** The smallest page that is tried when answers are too heavy. */
const MIN_LIMIT = 25
/** "Reduce the amount of data" often passes by itself: one more try before the pages shrink. */
const SAME_AGAIN_MS = 2_000
const MAX_RESTARTS = 3
/** How often in a row an empty page may lead to itself before that counts as a loop. */
const MAX_STANDSTILLS = 10
/** So many pages in a row may bring what was there before, or nothing: of what is filtered out, pages are empty. */
const MAX_IDLE_PAGES = 500

export interface PageOptions {
  /**
   * The most records of a page: it goes with every read, since the API's own default is 25, also for the
   * result of a report run.
   */
  readonly limit: number
  /** Told when pages of this limit turn out to be too heavy, with the limit that is tried instead. */
  readonly onLess?: (limit: number, error: GraphError) => Promise<void>
  /** Sees what stands beside the records of a page before they are yielded. */
  readonly onPage?: (page: JsonObject) => void
  /**
   * Whether a refused cursor starts the list again, so that records can come twice: the caller tells them by
   * their key. Else it is an error.
   */
  readonly restarts?: boolean
}

/** Reads the pages of a list, as they come. */
export type ReadPages<Page> = (
  api: MarketingApi,
  call: ApiCall,
  options: PageOptions,
  signal: AbortSignal,
) => AsyncGenerator<Page, void, undefined>

/**
 * The pages of a list, as they come; a page may be empty. An answer that is too heavy is asked for again, then
 * with half the limit from the same cursor on, down to 25. Throws GraphError: `too-much-data` when the smallest
 * page is still too heavy, `cursor` when the list cannot be read to its end.
 *
 * A page takes room until the next one is asked for: who pulls them asks nothing else of the API meanwhile.
 */
export function readPages(
  api: MarketingApi,
  call: ApiCall,
  options: PageOptions,
  signal: AbortSignal,
): AsyncGenerator<JsonObject[], void, undefined> {
  return pagesOf(api, call, options, signal, parseRecords)
}

/**
 * The same for insights, whose records are read where they are, as far as they can be. A page holds until the next one
 * is asked for.
 */
export function readRecordPages(
  api: MarketingApi,
  call: ApiCall,
  options: PageOptions,
  signal: AbortSignal,
): AsyncGenerator<RecordPage, void, undefined> {
  return pagesOf(api, { ...call, scanner: new RecordScanner() }, options, signal, (page) =>
    page.data instanceof RecordPage ? page.data : new RecordPage(parseRecords(page, call)),
  )
}

async function* pagesOf<Page extends Records>(
  api: MarketingApi,
  call: ApiCall,
  options: PageOptions,
  signal: AbortSignal,
  toRecords: (page: JsonObject, call: ApiCall) => Page,
): AsyncGenerator<Page, void, undefined> {
  const reader = createPageReader(api, call, options)
  const maxRestarts = options.restarts === false ? 0 : MAX_RESTARTS
  const seen = new Set<string>()
  let isKnown = createPageMemory()
  let after: string | null = null
  let standstills = 0
  let idle = 0
  for (let restarts = 0; ; ) {
    let answer: HeldAnswer<JsonObject>
    try {
      answer = await reader.read(after, signal)
    } catch (error) {
      if (!isGraphError(error, 'cursor') || after === null || restarts === maxRestarts) throw error
      api.onEvent({ type: 'reading-again', ...toSubject('GET', call), error })
      restarts += 1
      after = null
      seen.clear()
      isKnown = createPageMemory()
      continue
    }
    try {
      const page = answer.body
      const records = toRecords(page, call)
      const next = parseNextCursor(page, call)
      // The cursor names the last record of a page; an empty one can only name that of the page before again.
      standstills = records.length === 0 && next !== null && next === after ? standstills + 1 : 0
      if (standstills > MAX_STANDSTILLS || (standstills === 0 && next !== null && seen.has(next)))
        throw brokenList(call, 'the list leads back to a page that was read')
      idle = isKnown(records) ? idle + 1 : 0
      if (idle > MAX_IDLE_PAGES)
        throw brokenList(call, `the list goes on, but ${idle} pages in a row have brought nothing new`)
      options.onPage?.(page)
      yield records
      if (next === null) return
      after = next
      seen.add(after)
    } finally {
      answer.release()
    }
  }
}

/** The records of a page. */
interface Records {
  readonly length: number
  at(index: number): JsonObject | undefined
}

/**
 * Whether a page like this one came before: as many records, the first and the last of them the same. Only a long
 * row of such pages is taken for a loop, so that the others need not be looked at. Holds some bytes for each page.
 */
function createPageMemory(): (records: Records) => boolean {
  const digests = new Set<string>()
  return (records) => {
    const ends = JSON.stringify(
      records.length === 0 ? [] : [records.length, records.at(0), records.at(records.length - 1)],
    )
    const digest = createHash('sha1').update(ends).digest('base64')
    const isKnown = records.length === 0 || digests.has(digest)
    digests.add(digest)
    return isKnown
  }
}

/** Reads one page at a time; a limit that had to shrink stays for the pages after it. */
function createPageReader(api: MarketingApi, call: ApiCall, options: PageOptions) {
  let { limit } = options
  let triedAgain = false
  return {
    async read(after: string | null, signal: AbortSignal): Promise<HeldAnswer<JsonObject>> {
      for (;;) {
        try {
          return await api.hold(
            { ...call, params: { ...call.params, limit, ...(after !== null && { after }) } },
            signal,
          )
        } catch (error) {
          if (!isGraphError(error, 'too-much-data') || !error.smallerPagesHelp) throw error
          if (!triedAgain) {
            triedAgain = true
            await api.clock.sleep(SAME_AGAIN_MS, signal)
            continue
          }
          if (limit <= MIN_LIMIT) throw error
          limit = Math.max(MIN_LIMIT, Math.floor(limit / 2))
          api.onEvent({ type: 'smaller-pages', ...toSubject('GET', call), limit, error })
          await options.onLess?.(limit, error)
        }
      }
    },
  }
}

function parseRecords(page: JsonObject, call: ApiCall): JsonObject[] {
  const { data } = page
  if (!Array.isArray(data) || !data.every(isJsonObject))
    throw brokenList(call, 'a page without a list of records')
  return data
}

/**
 * Where the next page starts, null on the last. Only `paging.next` says that there is one: `cursors.after`
 * is there on the last page, too. The address itself is never followed: it holds the token, and its host
 * is whatever the answer says. What is there and cannot be understood is no end: pages would be lost.
 */
function parseNextCursor(page: JsonObject, call: ApiCall): string | null {
  const { paging } = page
  if (paging === undefined || paging === null) return null
  if (!isJsonObject(paging)) throw brokenList(call, 'nobody can tell whether there is a next page')
  if (paging.next === undefined || paging.next === null) return null
  if (typeof paging.next !== 'string' || paging.next === '')
    throw brokenList(call, 'nobody can tell whether there is a next page')
  const cursor = isJsonObject(paging.cursors) ? paging.cursors.after : null
  if (typeof cursor === 'string' && cursor !== '') return cursor
  const after = URL.parse(paging.next)?.searchParams.get('after')
  if (!after) throw brokenList(call, 'there is a next page, but no cursor that leads to it')
  return after
}

function brokenList(call: ApiCall, text: string): GraphError {
  return new GraphError({ ...toSubject('GET', call), kind: 'cursor', text, fix: FIXES.cursor })
}

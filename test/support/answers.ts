import { RecordScanner } from '../../src/extract/scan-records.ts'
import { isJsonObject, type JsonObject, parseExactJson } from '../../src/model/exact-json.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { RecordPage } from '../../src/model/record-page.ts'

/** An answer with a page of records, as it comes from the API. */
export function answerOf(records: readonly InsightRecord[], paging: object = {}): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ data: records, paging }))
}

/** The answer as a scanner reads it; decoded when that is not for it. */
export function scanned(bytes: Uint8Array, scanner = new RecordScanner()): JsonObject {
  return scanner.scan(bytes) ?? decoded(bytes)
}

/** The answer decoded as a whole. */
export function decoded(bytes: Uint8Array): JsonObject {
  const body = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  if (!isJsonObject(body)) throw new SyntaxError('no object')
  return body
}

export function pageOf({ data }: JsonObject): RecordPage {
  if (data instanceof RecordPage) return data
  if (!Array.isArray(data)) throw new SyntaxError('no list of records')
  return new RecordPage(data)
}

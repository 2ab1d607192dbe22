import { storableText } from './storable-text.ts'

/** Bytes of one write: a write per row costs 25 times as much. */
const CHUNK_LENGTH = 64 * 1024

const SPECIAL = /[\\\t\n\r\0\ud800-\udfff]/
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/**
 * Rows in PostgreSQL's COPY text format, in chunks of about 64 KiB that may be cut anywhere between rows.
 * Null is `\N`; U+0000 and lone surrogates become U+FFFD.
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export function toCopyText(rows: readonly (readonly (string | null)[])[]): Uint8Array[] {
  const encoder = new TextEncoder()
  const chunks: Uint8Array[] = []
  let text = ''
  for (const row of rows) {
    text += `${row.map(toField).join('\t')}\n`
    if (text.length >= CHUNK_LENGTH) {
      chunks.push(encoder.encode(text))
      text = ''
    }
  }
  if (text !== '') chunks.push(encoder.encode(text))
  return chunks
}

/** One value as COPY reads it. */
function toField(value: string | null): string {
  if (value === null) return '\\N'
  if (!SPECIAL.test(value)) return value
  return storableText(value).replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char)
}

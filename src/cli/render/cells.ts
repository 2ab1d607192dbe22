import { stripVTControlCharacters } from 'node:util'

/** A value as one line, with nothing in it that a terminal would obey. */
export function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ')
}

const WIDE =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Columns that a text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const { segment } of GRAPHEMES.segment(text)) columns += WIDE.test(segment) ? 2 : 1
  return columns
}

/** The text, or as much of its beginning as fits into so many columns, with a sign that there is more. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  let fitting = ''
  let used = 0
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += columnsOf(segment)
    if (used >= columns) break
    fitting += segment
  }
  return columns > 0 ? `${fitting}…` : ''
}

import { parseExactJson } from '../model/exact-json.ts'

type Parse = (text: string) => unknown

const asText: Parse = (text) => text

/** `2024-10-28 07:30:00+00` as a Date; `infinity` and years before Christ, which a Date's text has not, stay text. */
function parseTimestamp(text: string): unknown {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  const date = new Date(/[+-]\d\d:\d\d$/.test(iso) ? iso : `${iso}Z`)
  return Number.isNaN(date.getTime()) ? text : date
}

/** How values are read, by the type's oid in pg_type, for every type that a driver would read otherwise. */
export const VALUE_PARSERS: Readonly<Record<number, Parse>> = {
  20: asText, // bigint
  114: parseExactJson, // json
  3802: parseExactJson, // jsonb
  1700: asText, // numeric
  1082: asText, // date
  1114: parseTimestamp, // timestamp, taken as UTC
  1184: parseTimestamp, // timestamptz
}

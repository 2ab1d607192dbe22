import type { SchemaElement } from 'hyparquet'
import {
  DECIMAL_LENGTH,
  DECIMAL_PRECISION,
  DECIMAL_SCALE,
  fromDecimalBytes,
  toDecimalBytes,
} from './decimal-bytes.ts'

/** Types of columns, as PostgreSQL calls them; `long numeric` has values that no DECIMAL holds, and is text in Parquet. */
export const COLUMN_TYPES = [
  'bigint',
  'integer',
  'text',
  'numeric',
  'long numeric',
  'date',
  'timestamp with time zone',
  'boolean',
] as const
export type ColumnType = (typeof COLUMN_TYPES)[number]

export interface ArchiveColumn {
  readonly name: string
  readonly type: ColumnType
}

/** Each cell as text, null for NULL; a moment as microseconds since 1970, a flag as `true` or `false`. */
export type ArchiveRow = readonly (string | null)[]

/** What hyparquet reads and writes, without its own conversions, which make doubles of decimals and lose microseconds. */
export type ParquetValue = string | number | bigint | boolean | Uint8Array

/** The two libraries know different logical types; archives have none. */
export type ParquetElement = Omit<SchemaElement, 'logical_type'>

interface ColumnFormat {
  readonly element: Omit<ParquetElement, 'name'>
  encode(text: string): ParquetValue
  decode(value: ParquetValue): string
  /** A column as the SELECT's text, in an ArchiveRow's way. */
  select(column: string): string
}

const DAY_MS = 86_400_000
const asText = (value: ParquetValue): string => String(value)
const castToText = (column: string): string => `${column}::text`

const TEXT: ColumnFormat = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  encode: (text) => text,
  decode: asText,
  select: castToText,
}

export const FORMATS: Readonly<Record<ColumnType, ColumnFormat>> = {
  bigint: { element: { type: 'INT64' }, encode: BigInt, decode: asText, select: castToText },
  integer: { element: { type: 'INT32' }, encode: Number, decode: asText, select: castToText },
  text: TEXT,
  numeric: {
    element: {
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: DECIMAL_LENGTH,
      converted_type: 'DECIMAL',
      precision: DECIMAL_PRECISION,
      scale: DECIMAL_SCALE,
    },
    encode: toDecimalBytes,
    decode: (value) => {
      if (!(value instanceof Uint8Array)) throw new TypeError('A decimal is not read as bytes')
      return fromDecimalBytes(value)
    },
    select: castToText,
  },
  'long numeric': TEXT,
  date: {
    element: { type: 'INT32', converted_type: 'DATE' },
    encode: (text) => Date.parse(`${text}T00:00:00Z`) / DAY_MS,
    decode: (value) => new Date(Number(value) * DAY_MS).toISOString().slice(0, 10),
    select: castToText,
  },
  'timestamp with time zone': {
    element: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
    encode: BigInt,
    decode: asText,
    select: (column) => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`,
  },
  boolean: {
    element: { type: 'BOOLEAN' },
    encode: (text) => text === 'true',
    decode: asText,
    select: castToText,
  },
}

/** A cell as PostgreSQL reads it. */
export function toPostgresText(cell: string | null, type: ColumnType): string | null {
  if (cell === null || type !== 'timestamp with time zone') return cell
  const micros = BigInt(cell)
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
  const fraction = String(micros - seconds * 1_000_000n).padStart(6, '0')
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`
}

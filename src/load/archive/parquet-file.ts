import { type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import {
  type ArchiveColumn,
  type ArchiveRow,
  FORMATS,
  type ParquetElement,
  type ParquetValue,
} from './column.ts'
import { scaleOf } from './decimal-bytes.ts'

/**
 * Of each row the digits after the points of its decimals, in the order of their columns, `2,0,,4`: a DECIMAL has the
 * same for all rows, and PostgreSQL's `12.50` is not to come back as `12.5`.
 */
const DIGITS_COLUMN = 'decimal_digits'

/** A Parquet file that is written in memory, a row group at a time. */
export interface ParquetFile {
  addGroup(rows: readonly ArchiveRow[]): void
  finish(): Uint8Array
}

export function createParquetFile(columns: readonly ArchiveColumn[]): ParquetFile {
  const bytes = new ByteWriter()
  const file = new ParquetWriter({
    writer: bytes,
    schema: toSchema(columns).map(asBytes),
    createdBy: 'fbads',
  })
  const decimals = decimalIndexes(columns)
  return {
    addGroup(rows) {
      const columnData = columns.map(({ name, type }, i) => ({
        name,
        data: encodeColumn(rows, i, FORMATS[type].encode),
        // Its bounds would be compared as bytes, of which the sign is no part.
        statistics: type !== 'numeric',
      }))
      const digits = {
        name: DIGITS_COLUMN,
        data: rows.map((row) => digitsOf(row, decimals)),
        statistics: false,
      }
      file.write({
        columnData: decimals.length === 0 ? columnData : [...columnData, digits],
        rowGroupSize: Math.max(1, rows.length),
      })
    },
    finish() {
      file.schema = toSchema(columns)
      file.finish()
      return bytes.getBytes()
    },
  }
}

/**
 * The rows of a file, a row group at a time. Throws Error when the bytes are no Parquet file or hold other columns.
 */
export async function* readParquetFile(
  bytes: Uint8Array,
  columns: readonly ArchiveColumn[],
): AsyncGenerator<ArchiveRow[]> {
  const buffer = toArrayBuffer(bytes)
  const metadata = parquetMetadata(buffer)
  const expected = toSchema(columns)
  if (JSON.stringify(metadata.schema.map(describe)) !== JSON.stringify(expected.map(describe)))
    throw new Error('it holds other columns than it should')
  const plain: FileMetaData = { ...metadata, schema: metadata.schema.map(asBytes) }
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    let rows: unknown[][] = []
    await parquetRead({
      file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
      metadata: plain,
      rowStart,
      rowEnd,
      parsers: PARSERS,
      onComplete: (read) => {
        rows = read
      },
    })
    yield decodeRows(rows, columns)
    rowStart = rowEnd
  }
}

/** The library would make Dates, which have no microseconds, and take a byte order mark from the head of a text. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const PARSERS = {
  dateFromDays: (days: number) => days,
  timestampFromMicroseconds: (micros: bigint) => micros,
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes),
} as unknown as Parameters<typeof parquetRead>[0]['parsers'] & object

function toSchema(columns: readonly ArchiveColumn[]): ParquetElement[] {
  const elements = columns.map(
    ({ name, type }): ParquetElement => ({ name, repetition_type: 'OPTIONAL', ...FORMATS[type].element }),
  )
  if (decimalIndexes(columns).length > 0)
    elements.push({ name: DIGITS_COLUMN, repetition_type: 'OPTIONAL', ...FORMATS.text.element })
  return [{ name: 'root', num_children: elements.length }, ...elements]
}

/** A decimal as its bytes: the library's own conversion is of doubles when it reads, and slow when it writes. */
function asBytes<T extends Omit<ParquetElement, 'name'>>(element: T): Omit<T, 'converted_type'> {
  const { converted_type, ...plain } = element
  return converted_type === 'DECIMAL' ? plain : element
}

function describe({ name, type, converted_type, precision, scale, type_length }: ParquetElement) {
  return [name, type ?? null, converted_type ?? null, precision ?? null, scale ?? null, type_length ?? null]
}

function decimalIndexes(columns: readonly ArchiveColumn[]): number[] {
  return columns.flatMap(({ type }, i) => (type === 'numeric' ? [i] : []))
}

function digitsOf(row: ArchiveRow, decimals: readonly number[]): string {
  return decimals.map((i) => (typeof row[i] === 'string' ? scaleOf(row[i]) : '')).join(',')
}

/** Equal texts are encoded once: most figures are 0. */
function encodeColumn(
  rows: readonly ArchiveRow[],
  index: number,
  encode: (text: string) => ParquetValue,
): (ParquetValue | null)[] {
  const encoded = new Map<string, ParquetValue>()
  return rows.map((row) => {
    const text = row[index] ?? null
    if (text === null) return null
    let value = encoded.get(text)
    if (value === undefined) {
      value = encode(text)
      encoded.set(text, value)
    }
    return value
  })
}

function decodeRows(rows: readonly unknown[][], columns: readonly ArchiveColumn[]): ArchiveRow[] {
  const decimals = decimalIndexes(columns)
  return rows.map((row) => {
    const cells = columns.map(({ type }, i) => {
      const value = row[i]
      return value === null || value === undefined ? null : FORMATS[type].decode(value as ParquetValue)
    })
    const digits = String(row[columns.length] ?? '').split(',')
    decimals.forEach((column, i) => {
      const cell = cells[column]
      if (typeof cell === 'string') cells[column] = withDigits(cell, Number(digits[i]))
    })
    return cells
  })
}

/** `12.500000000000000000` with two digits is `12.50`. Throws Error when those that go are not zeros. */
function withDigits(text: string, digits: number): string {
  const cut = scaleOf(text) - digits
  const end = text.length - cut - (digits === 0 ? 1 : 0)
  if (!/^\.?0*$/.test(text.slice(end)))
    throw new Error(`${text} has more than ${digits} digits after the point`)
  return text.slice(0, end)
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
}

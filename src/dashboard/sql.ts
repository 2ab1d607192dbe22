type Value = string | number | boolean | null | readonly string[]

/** A statement, or a part of one, with its values apart from its text. */
export interface Sql {
  readonly strings: readonly string[]
  readonly values: readonly (Value | Sql)[]
}

/**
 * SQL whose `${…}` are values, never text: a value reaches the server as a parameter, and another `sql` is set in.
 */
export function sql(strings: TemplateStringsArray, ...values: (Value | Sql)[]): Sql {
  return { strings, values }
}

/** Text of the program itself, such as a column's name. Must never be given what a reader has sent. */
export function raw(text: string): Sql {
  return { strings: [text], values: [] }
}

export function join(parts: readonly Sql[], separator: string): Sql {
  return {
    strings: ['', ...parts.slice(1).map(() => separator), ''],
    values: parts,
  }
}

/** What the server is sent: `$1`, `$2` … and their values. */
export function toStatement(query: Sql): { readonly text: string; readonly params: Value[] } {
  const params: Value[] = []
  const text = walk(query, (value) => `$${params.push(value)}`)
  return { text, params }
}

/** The same as one text that a person can paste into psql or `fbads query`. */
export function toReadableText(query: Sql): string {
  return trimLines(walk(query, toLiteral))
}

function walk(query: Sql, show: (value: Value) => string): string {
  return query.strings.reduce((text, part, i) => {
    const value = query.values[i - 1]
    if (value === undefined) return text + part
    return text + (isSql(value) ? walk(value, show) : show(value)) + part
  })
}

function isSql(value: Value | Sql): value is Sql {
  return typeof value === 'object' && value !== null && 'strings' in value
}

function toLiteral(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  return quote(
    `{${value.map((item) => (/^\w+$/.test(item) ? item : `"${item.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`,
  )
}

function quote(text: string): string {
  return `${text.includes('\\') ? ' E' : ''}'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
}

/** Without empty lines and without the indentation that all lines share. */
function trimLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const indented = lines.slice(1).map((line) => line.length - line.trimStart().length)
  const shared = Math.min(...indented, lines[0] === lines[0]?.trimStart() ? Infinity : 99)
  return lines
    .map((line) => line.replace(new RegExp(`^ {0,${Number.isFinite(shared) ? shared : 0}}`), ''))
    .join('\n')
}

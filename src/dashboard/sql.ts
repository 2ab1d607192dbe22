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
  const write = ({ strings, values }: Sql): string =>
    strings.reduce((text, part, i) => {
      const value = values[i - 1]
      if (value === undefined) return text + part
      return text + (isSql(value) ? write(value) : `$${params.push(value)}`) + part
    })
  return { text: write(query), params }
}

/** The same as one text that a person can paste into psql or `fbads query`. */
export function toReadableText({ strings, values }: Sql): string {
  return dedent(strings).reduce((text, part, i) => {
    const value = values[i - 1]
    if (value === undefined) return text + part
    return text + (isSql(value) ? setIn(text, value) : toLiteral(value)) + part
  })
}

/** A template that begins with a line break, without it and without the indentation that its lines share. */
function dedent(strings: readonly string[]): readonly string[] {
  if (!isBlock(strings)) return strings
  const indents = strings.flatMap((part) =>
    [...part.matchAll(/\n( *)(?=[^ \n]|$)/g)].map((match) => match[1]?.length ?? 0),
  )
  const shared = `\n${' '.repeat(Math.min(...indents))}`
  const moved = strings.map((part) => part.replaceAll(shared, '\n'))
  return moved.map((part, i) => (i === 0 ? part.slice(1) : part))
}

function isBlock([first = '']: readonly string[]): boolean {
  return first.startsWith('\n')
}

/** Lines of what is set in stand under the line that it is set into; a block stands two deeper, on lines of its own. */
function setIn(text: string, value: Sql): string {
  const line = text.slice(text.lastIndexOf('\n') + 1)
  const indent = ' '.repeat(line.length - line.trimStart().length)
  const isDeeper = isBlock(value.strings) && line.trim() !== ''
  const start = `\n${indent}${isDeeper ? '  ' : ''}`
  return (isDeeper ? start : '') + toReadableText(value).trimEnd().replaceAll('\n', start)
}

function isSql(value: Value | Sql): value is Sql {
  return typeof value === 'object' && value !== null && 'strings' in value
}

function toLiteral(value: Value): string {
  if (value === null) return 'NULL'
  // A cast binds closer than the sign.
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  return quote(
    `{${value.map((item) => (/^\w+$/.test(item) ? item : `"${item.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`,
  )
}

function quote(text: string): string {
  const escaped = text
    .replaceAll("'", "''")
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
  return escaped.includes('\\') ? ` E'${escaped}'` : `'${escaped}'`
}

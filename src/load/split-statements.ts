/** What may hide a semicolon: comments, dollar quotes, texts (with backslashes only after E), names. */
const TOKEN =
  /--[^\n]*|\/\*|\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|(?<![\w$])e'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w\u0080-\uffff][\w$\u0080-\uffff]*|;/gis

/**
 * The statements of an SQL file, without the semicolons between them and without empty ones. Knows everything
 * that PostgreSQL lets a semicolon stand in but the bodies of SQL-standard functions (BEGIN ATOMIC).
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let start = 0
  let said = false
  const end = (index: number) => {
    if (said) statements.push(sql.slice(start, index).trim())
    start = index + 1
    said = false
  }
  const tokens = new RegExp(TOKEN)
  for (let last = 0, match = tokens.exec(sql); ; match = tokens.exec(sql)) {
    said ||= /\S/.test(sql.slice(last, match?.index))
    if (match === null) break
    const [token] = match
    if (token === ';') end(match.index)
    else if (token === '/*') tokens.lastIndex = endOfComment(sql, match.index)
    else if (token.startsWith('$')) tokens.lastIndex = endOfQuote(sql, match.index, token)
    if (token !== ';' && token !== '/*' && !token.startsWith('--')) said = true
    last = tokens.lastIndex
  }
  end(sql.length)
  return statements
}

/** Block comments nest in PostgreSQL. */
function endOfComment(sql: string, start: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  for (let match = marks.exec(sql); match !== null; match = marks.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return sql.length
}

function endOfQuote(sql: string, start: number, tag: string): number {
  const end = sql.indexOf(tag, start + tag.length)
  return end === -1 ? sql.length : end + tag.length
}

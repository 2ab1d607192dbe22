import type { SentTransaction } from './lint.ts'
import type { Sent } from './statement.ts'

interface Entry {
  readonly session: string
  readonly message: string
  readonly detail: string
}

/** Settings with which a server tells every statement. */
export const LOG_SETTINGS = [
  'log_statement=all',
  'log_line_prefix=%c|',
  'log_parameter_max_length=-1',
] as const

/** The transactions of all sessions, from a server's log; what ran outside of BEGIN is one each. */
export function readServerLog(log: string): SentTransaction[] {
  const open = new Map<string, Sent[]>()
  const transactions: SentTransaction[] = []
  for (const { session, message, detail } of parseEntries(log)) {
    const sql = /^(?:statement|execute [^:]*): (.*)$/s.exec(message)?.[1]?.trim()
    if (sql === undefined || sql === '') continue
    const current = open.get(session)
    if (/^begin\b|^start transaction\b/i.test(sql)) open.set(session, [])
    else if (/^(?:commit|rollback|end)\b/i.test(sql)) {
      // What is rolled back was sent all the same.
      if (current !== undefined && current.length > 0) transactions.push(current)
      open.delete(session)
    } else if (current === undefined) transactions.push([{ sql, params: parseParameters(detail) }])
    else current.push({ sql, params: parseParameters(detail) })
  }
  return transactions
}

/** A statement, with the line of its parameters; further lines of either begin with a tab. */
function parseEntries(log: string): Entry[] {
  const entries: Entry[] = []
  const lines = log.replaceAll('\n\t', '\n').split(/\n(?=[0-9a-f]+\.[0-9a-f]+\|)/)
  for (const line of lines) {
    const [, session = '', level, message = ''] = /^([0-9a-f.]+)\|([A-Z]+): {2}(.*)$/s.exec(line) ?? []
    if (level === 'LOG') entries.push({ session, message, detail: '' })
    const last = entries.at(-1)
    if (level === 'DETAIL' && last?.session === session) entries.splice(-1, 1, { ...last, detail: message })
  }
  return entries
}

/** Of `Parameters: $1 = 'a', $2 = NULL`. */
function parseParameters(detail: string): (string | null)[] {
  const values: (string | null)[] = []
  for (const [, number, quoted] of detail.matchAll(/\$(\d+) = (?:'((?:[^']|'')*)'|NULL)/g))
    values[Number(number) - 1] = quoted === undefined ? null : quoted.replaceAll("''", "'")
  return Array.from(values, (value) => value ?? null)
}

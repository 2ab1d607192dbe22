import { pino } from 'pino'
import { redact } from '../extract/redact.ts'
import type { Fields } from './event-fields.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Lines of JSON, each with `time`, `level`, `msg` and fields of its own. */
export interface JsonLog {
  write(level: LogLevel, message: string, fields?: Fields): void
  /** From now on every line has these, too. */
  bind(fields: Fields): void
  /** Another one, whose lines have these besides. */
  with(fields: Fields): JsonLog
}

export interface JsonLogOptions {
  readonly write: (line: string) => void
  /** Lines below are left out. */
  readonly level: LogLevel
  readonly nowMs: () => number
  /** What no line may show. */
  readonly secrets: readonly string[]
}

export function createJsonLog({ write, level, nowMs, secrets }: JsonLogOptions): JsonLog {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value, secrets)
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(each)]))
  }
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  const logOf = (first: Fields): JsonLog => {
    let bound = first
    return {
      write: (lineLevel, message, fields = {}) =>
        logger[lineLevel](clean({ ...bound, ...fields }), redact(message, secrets)),
      bind(fields) {
        bound = { ...bound, ...fields }
      },
      with: (fields) => logOf({ ...bound, ...fields }),
    }
  }
  return logOf({})
}

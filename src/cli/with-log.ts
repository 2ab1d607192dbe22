import { stripVTControlCharacters } from 'node:util'
import type { JsonLog, LogLevel } from '../observe/json-log.ts'
import type { Output, Tone } from './output.ts'

const LEVELS = {
  good: 'info',
  note: 'info',
  warning: 'warn',
  problem: 'error',
  dim: 'info',
  title: 'info',
} as const satisfies Record<Tone, LogLevel>

/** Results as ever, everything for people as lines of `log`; nothing is live. */
export function withLog({ json, verbose, result }: Output, log: JsonLog): Output {
  const say = (text: string, tone: Tone = 'note') => {
    const message = stripVTControlCharacters(text).trim()
    if (message !== '') log.write(LEVELS[tone], message)
  }
  return {
    json,
    verbose,
    log,
    liveWidth: null,
    result,
    say,
    aside: say,
    fail: (text) => say(text, 'problem'),
    live: () => undefined,
  }
}

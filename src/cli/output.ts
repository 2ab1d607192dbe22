import type { WriteStream } from 'node:tty'
import { stripVTControlCharacters, styleText } from 'node:util'
import type { createLogUpdate } from 'log-update'
import type { JsonLog } from '../observe/json-log.ts'

export type Tone = 'good' | 'note' | 'warning' | 'problem' | 'dim' | 'title'

const STYLES = {
  good: 'green',
  note: 'reset',
  warning: 'yellow',
  problem: 'red',
  dim: 'dim',
  title: 'bold',
} as const satisfies Record<Tone, string>

/** The only way by which a command says anything. */
export interface Output {
  /** True when the result is one JSON document on stdout, and people read stderr. */
  readonly json: boolean
  readonly verbose: boolean
  /** Where everything for people goes, with `--log-format json`; else null. */
  readonly log: JsonLog | null
  /** What was asked for, on stdout. */
  result(text: string): void
  /** A line for people; with `--quiet` only warnings and problems come through. */
  say(text: string, tone?: Tone): void
  /** A line for people on stderr, of a command whose stdout is for programs also without `--json`. */
  aside(text: string, tone?: Tone): void
  /** A line on stderr, whatever the flags. */
  fail(text: string): void
  /** Lines that stay at the bottom of a terminal until the next call; none removes them. */
  live(lines: readonly string[]): void
  /** Characters of a line of `live` that are not wrapped; null when it shows nothing. */
  readonly liveWidth: number | null
}

export interface OutputOptions {
  readonly stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>
  readonly json: boolean
  readonly verbose: boolean
  readonly quiet: boolean
  /** False with `--no-color` or `NO_COLOR`. */
  readonly color: boolean
  /** Draws the lines of `live`, which are shown on a terminal only. */
  readonly createLogUpdate?: typeof createLogUpdate | undefined
}

export function createOutput(options: OutputOptions): Output {
  const people = options.json ? options.stderr : options.stdout
  const updating = people.isTTY === true && !options.quiet ? options.createLogUpdate?.(people) : undefined
  const isLive = updating !== undefined
  let bottom: readonly string[] = []
  const above = (write: () => void) => {
    if (bottom.length > 0) updating?.clear()
    write()
    if (bottom.length > 0) updating?.(bottom.join('\n'))
  }
  const paint = (stream: OutputOptions['stdout'], text: string, tone: Tone) => {
    const plain = withoutControls(text)
    return options.color && stream.isTTY ? styleText(STYLES[tone], plain, { validateStream: false }) : plain
  }
  const isUnsaid = (tone: Tone) => options.quiet && tone !== 'warning' && tone !== 'problem'
  return {
    json: options.json,
    verbose: options.verbose,
    log: null,
    get liveWidth() {
      // Some terminals break a line that fills them.
      return isLive ? (people.columns ?? 80) - 1 : null
    },
    result: (text) => above(() => options.stdout.write(`${text}\n`)),
    say(text, tone = 'note') {
      if (isUnsaid(tone)) return
      above(() => people.write(`${paint(people, text, tone)}\n`))
    },
    aside(text, tone = 'note') {
      if (isUnsaid(tone)) return
      above(() => options.stderr.write(`${paint(options.stderr, text, tone)}\n`))
    },
    fail: (text) => above(() => options.stderr.write(`${paint(options.stderr, text, 'problem')}\n`)),
    live(lines) {
      bottom = isLive ? lines : []
      if (bottom.length > 0) updating?.(bottom.join('\n'))
      else updating?.clear()
    },
  }
}

/** Names come from the API as their owners wrote them: nothing in them may steer the terminal. */
function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]+/gu, ' ')
}

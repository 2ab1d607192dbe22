import { EXIT, type ExitStatus, statusOfError } from '../exit-status.ts'
import type { Output } from '../output.ts'

/** The points of the list, in the order in which trouble is looked for. */
const GROUPS = ['Environment', 'API', 'Extraction', 'Transformation', 'Load', 'Validation'] as const
type Group = (typeof GROUPS)[number]

interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'failed' | 'skipped'
  /** What was found, or what is wrong and what to do. */
  readonly detail: string
}

interface NotedFinding extends Finding {
  readonly group: Group
  /** Its name; absent of what concerns all. */
  readonly source?: string
}

/** Checks that are made one after the other, each shown as soon as it is made. */
export interface Examination {
  readonly findings: readonly NotedFinding[]
  /** That of the first failure that says more than that something failed; warnings are none. */
  readonly exit: ExitStatus
  /** What is noted from now on belongs to this point. */
  begin(group: Group): void
  /** What is noted from now on concerns the source of this name; null: all. */
  turnTo(source: string | null): void
  note(finding: Finding): void
  /** These points cannot be looked at, and why; no point of the list is passed over without a word. */
  skip(groups: readonly Group[], why: string): void
  /**
   * Makes one check and notes it: as a failure when `body` rejects, else as `describe` has it. Resolves with the
   * value, or null after a failure; rejects only with the signal's reason.
   */
  examine<T>(check: string, body: () => Promise<T>, describe: (value: T) => Described): Promise<T | null>
}

/** The detail of what is well, or of what people should know all the same. */
type Described = string | { readonly warning: string }

const MARKS = { ok: '✓', warn: '⚠️', failed: '✗', skipped: '–' } as const
const TONES = { ok: 'good', warn: 'warning', failed: 'problem', skipped: 'warning' } as const

export function createExamination(output: Output, signal: AbortSignal): Examination {
  const findings: NotedFinding[] = []
  let group: Group = 'Environment'
  let source: string | null = null
  let title: string | null = null
  let exit: ExitStatus = EXIT.done
  const note = (finding: Finding) => {
    const heading = source === null ? group : `${group} of ${source}`
    if (heading !== title) output.say(`${title === null ? '' : '\n'}${heading}`, 'title')
    title = heading
    findings.push({ group, ...(source !== null && { source }), ...finding })
    if (finding.status === 'failed' && exit === EXIT.done) exit = EXIT.checkFailed
    output.say(`${MARKS[finding.status]} ${finding.check}: ${finding.detail}`, TONES[finding.status])
  }
  return {
    findings,
    get exit() {
      return exit
    },
    begin(next) {
      group = next
    },
    turnTo(next) {
      source = next
    },
    note,
    skip(groups, why) {
      for (const each of groups) {
        group = each
        note({ check: 'not checked', status: 'skipped', detail: why })
      }
    },
    async examine(check, body, describe) {
      try {
        const value = await body()
        const described = describe(value)
        if (typeof described === 'string') note({ check, status: 'ok', detail: described })
        else note({ check, status: 'warn', detail: described.warning })
        return value
      } catch (error) {
        signal.throwIfAborted()
        if (exit === EXIT.done || exit === EXIT.failed) exit = statusOfError(error)
        note({ check, status: 'failed', detail: error instanceof Error ? error.message : String(error) })
        return null
      }
    },
  }
}

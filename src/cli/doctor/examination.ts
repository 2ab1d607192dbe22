import { EXIT, type ExitStatus, statusOfError } from '../exit-status.ts'
import type { Output } from '../output.ts'

interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'failed'
  /** What was found, or what is wrong and what to do. */
  readonly detail: string
}

/** Checks that are made one after the other, each shown as soon as it is made. */
export interface Examination {
  readonly findings: readonly Finding[]
  /** That of the first failure that says more than that something failed; warnings are none. */
  readonly exit: ExitStatus
  note(finding: Finding): void
  /**
   * Makes one check and notes it: as a failure when `body` rejects, else as `describe` has it. Resolves with the
   * value, or null after a failure; rejects only with the signal's reason.
   */
  examine<T>(check: string, body: () => Promise<T>, describe: (value: T) => Described): Promise<T | null>
}

/** The detail of what is well, or of what people should know all the same. */
type Described = string | { readonly warning: string }

const MARKS = { ok: '✓', warn: '⚠️', failed: '✗' } as const
const TONES = { ok: 'good', warn: 'warning', failed: 'problem' } as const

export function createExamination(output: Output, signal: AbortSignal): Examination {
  const findings: Finding[] = []
  let exit: ExitStatus = EXIT.done
  const note = (finding: Finding) => {
    findings.push(finding)
    output.say(`${MARKS[finding.status]} ${finding.check}: ${finding.detail}`, TONES[finding.status])
  }
  return {
    findings,
    get exit() {
      return exit
    },
    note,
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

import type { TrialSummary } from './try-answers.ts'

/** What became of the answers of one reading. */
interface ReadingTally {
  answers: number
  /** Read without more being asked for. */
  read: number
  /** Read, after something was asked for again. */
  askedAgain: number
  /** Failed with a clear error. */
  failed: number
  /** Of the records: unchanged ones, changed ones that were loaded, and those that were not. */
  same: number
  loaded: number
  rejected: number
  readonly reasons: Map<string, number>
}

export type Tally = Map<string, ReadingTally>

export function addTrial(tally: Tally, trial: TrialSummary): void {
  const own = tally.get(trial.reading) ?? newTally()
  tally.set(trial.reading, own)
  own.answers += 1
  if (trial.records === null) {
    own.failed += 1
    count(own.reasons, `failed: ${shortFailure(trial.failure)}`)
    return
  }
  if (trial.askedAgain) own.askedAgain += 1
  else own.read += 1
  own.same += trial.records.same
  own.loaded += trial.records.loaded
  own.rejected += trial.records.rejected.length
  for (const reason of trial.records.rejected) count(own.reasons, `rejected: ${shortReason(reason)}`)
}

/** One line for each reading, and under it the commonest reasons. */
export function tallyLines(tally: Tally): string[] {
  return [...tally].flatMap(([reading, own]) => {
    const { answers, read, askedAgain, failed, same, loaded, rejected } = own
    const top = [...own.reasons].sort(([, a], [, b]) => b - a).slice(0, 4)
    return [
      `${reading}: ${answers} answers, ${read} read, ${askedAgain} read after asking again, ${failed} failed clearly; ` +
        `records: ${same} unchanged and as always, ${loaded} changed and exact, ${rejected} rejected`,
      ...top.map(([reason, times]) => `    ${times} × ${reason}`),
    ]
  })
}

function newTally(): ReadingTally {
  return {
    answers: 0,
    read: 0,
    askedAgain: 0,
    failed: 0,
    same: 0,
    loaded: 0,
    rejected: 0,
    reasons: new Map(),
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** Without the values that it quotes. */
function shortReason(reason: string): string {
  return reason
    .slice(0, 300)
    .replace(/ (?:is|holds|of) .*?(?=, (?:which|but)|$)/s, ' …')
    .slice(0, 80)
}

/** What happened, without the call and the numbers. */
function shortFailure(message: string | null): string {
  const said = (message ?? '').replace(/^(?:GET|POST) \S+(?: \(act_\d+\))?: /, '').replace(/^\(#\d+\) /, '')
  return said
    .replace(/[.(:].*$/s, '')
    .replace(/\d+/g, 'n')
    .slice(0, 60)
}

import { Worker } from 'node:worker_threads'
import { addTrial, type Tally, tallyLines } from './fuzz/tally.ts'
import { seedOf, type TrialRange, type TrialReport } from './fuzz/try-answers.ts'
import type { Torture } from './torture.ts'

/** A thread that has said nothing for so long hangs. */
const SILENT_MS = 120_000
const MOST_TOLD = 40

/**
 * Changes one answer of the API in each trial: values, types, structure, bytes, headers. What the program makes of
 * it is compared with what a second reading of the answer says, and what it would write is loaded.
 */
export const fuzz: Torture = {
  about:
    'a bad answer is loaded exactly, rejected with a reason or fails with a clear error, and stops nothing',
  runs: { full: 100_000, short: 3_000 },
  async run({ runs, seed, tell }) {
    const tally: Tally = new Map()
    let wrong = 0
    let rows = 0
    const bad = (line: string): void => {
      wrong += 1
      if (wrong <= MOST_TOLD) tell(`✗ ${line}`)
    }
    const take = (report: TrialReport): void => {
      if (report.type !== 'done') return
      rows += report.rows
      for (const line of report.refused) bad(line)
      for (const trial of report.trials) {
        addTrial(tally, trial)
        const { reading, mutation, problems } = trial
        if (problems.length > 0) bad(`seed ${trial.seed}, ${reading}, ${mutation}: ${problems[0]}`)
      }
    }
    for (let from = 0; from < runs; ) {
      const stoppedAt = await runThread({ seed, from, until: runs }, take)
      if (stoppedAt === null) break
      bad(`seed ${seedOf(seed, stoppedAt.index)}: ${stoppedAt.why}`)
      from = stoppedAt.index + 1
    }
    for (const line of tallyLines(tally)) tell(line)
    const answers = [...tally.values()].reduce((sum, each) => sum + each.answers, 0)
    tell(`${answers} answers, ${rows} changed rows loaded into a warehouse, ${wrong} wrong`)
    if (wrong > 0) tell('A seed alone: npm run torture -- fuzz --runs 1 --seed …')
    return wrong === 0
  },
}

/** A thread of its own, so that one that hangs can be ended. Returns the trial in which that happened, or null. */
function runThread(
  range: TrialRange,
  take: (report: TrialReport) => void,
): Promise<{ readonly index: number; readonly why: string } | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('fuzz/try-answers.ts', import.meta.url), { workerData: range })
    let index = range.from
    const end = (why: string | null): void => {
      clearTimeout(timer)
      resolve(why === null ? null : { index, why })
    }
    const timer = setTimeout(() => {
      end(`nothing happens for ${SILENT_MS / 1000} s`)
      void worker.terminate()
    }, SILENT_MS)
    worker.on('message', (report: TrialReport) => {
      timer.refresh()
      if (report.type === 'begins') index = report.index
      take(report)
    })
    worker.once('error', (error) => end(`the thread ends: ${String(error)}`))
    worker.once('exit', () => end(null))
  })
}

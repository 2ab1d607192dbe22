import type { CheckRow } from '../../src/dashboard/panels/checks.ts'
import type { RunRow, SliceCalendar } from '../../src/dashboard/panels/health.ts'
import { addDays, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { formatDay, formatDays, formatMoment } from '../format.ts'
import { words } from './check-words.ts'

interface VerdictProps {
  readonly slices: SliceCalendar | undefined
  readonly runs: readonly RunRow[] | undefined
  readonly checks: readonly CheckRow[] | undefined
  readonly today: string
}

/** Whether the figures can be trusted, in a sentence, and what stands against it. */
export function Verdict({ slices, runs, checks, today }: VerdictProps) {
  if (!slices || !runs || !checks) return <section className="panel half" aria-busy="true" />
  const problems = [...problemsOf(slices, today), ...problemsOfRuns(runs), ...problemsOfChecks(checks)]
  const yesterday = addDays(parseCalendarDate(today), -1)
  const complete =
    slices.reports.length > 0 &&
    slices.reports.every(({ days }) => {
      const day = days.find(({ date }) => date === yesterday)
      return day !== undefined && day.loaded > 0 && day.missing + day.failed === 0
    })
  return (
    <section className="panel half" aria-label="Verdict">
      <h2>
        <span aria-hidden="true">{problems.length === 0 ? '✓' : '●'}</span>{' '}
        {problems.length === 0
          ? 'Everything is as it should be in the last 13 weeks'
          : `${problems.length} ${problems.length === 1 ? 'thing needs' : 'things need'} a look`}
      </h2>
      <p>
        Yesterday ({formatDay(yesterday)}) is {complete ? 'loaded in every report' : 'not complete yet'}.
        {runs[0] &&
          ` The last sync ${STATUS_WORDS[runs[0].status]}, ${formatMoment(runs[0].finished_at ?? runs[0].started_at)}.`}
      </p>
      {problems.length > 0 && (
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function problemsOf({ reports }: SliceCalendar, today: string): string[] {
  if (reports.length === 0) return ['Nothing is loaded of what is chosen: run fbads sync.']
  return reports.flatMap(({ report, days, failed: all }) => {
    const failed = days.filter((day) => day.failed > 0)
    const older = all - failed.reduce((sum, day) => sum + day.failed, 0)
    // Today’s figures have only begun, and are read by the next sync.
    const missing = days.filter((day) => day.missing > 0 && day.date < today)
    const [lastFailed, lastMissing] = [failed.at(-1), missing.at(-1)]
    return [
      ...(lastFailed
        ? [
            `${report}: ${failed.length} ${failed.length === 1 ? 'day' : 'days'} failed, the last ${formatDay(lastFailed.date)}. A sync tries them again.`,
          ]
        : []),
      ...(older > 0
        ? [`${report}: ${older} slices before these three months failed. A sync tries them again.`]
        : []),
      ...(lastMissing
        ? [
            `${report}: ${missing.length} days are not loaded, the last ${formatDay(lastMissing.date)}. A sync loads them.`,
          ]
        : []),
    ]
  })
}

function problemsOfRuns([last]: readonly RunRow[]): string[] {
  if (last?.status === 'failed') return [`The last sync failed: ${last.error ?? 'it has left no reason'}`]
  return last?.status === 'partial'
    ? [`The last sync was partial: ${last.error ?? 'some slices failed'}`]
    : []
}

function problemsOfChecks(checks: readonly CheckRow[]): string[] {
  return checks
    .filter(({ status }) => status !== 'pass')
    .map(({ check_name, detail, since, until }) => {
      const days = since && until ? ` (of ${formatDays(since, until)})` : ''
      return `${words(check_name)}: ${detail}${days}`
    })
}

const STATUS_WORDS = {
  running: 'is running',
  succeeded: 'succeeded',
  partial: 'was partial',
  failed: 'failed',
} as const

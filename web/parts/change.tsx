import { MEASURES, type Measure, type MeasureName } from '../../src/dashboard/measures.ts'
import { changeOf, formatShare, NOTHING } from '../format.ts'

interface ChangeProps {
  readonly measure: MeasureName
  readonly now: string | number | null
  readonly before: string | number | null
  /** Why the two cannot be compared; null when they can. */
  readonly obstacle?: string | null
}

/** How a figure has moved: an arrow, a share and a word, and a colour where one way is good. */
export function Change({ measure, now, before, obstacle = null }: ChangeProps) {
  if (obstacle !== null)
    return (
      <span className="change" title={obstacle}>
        not comparable
      </span>
    )
  const change = changeOf(now, before)
  if (change === null) return <span className="change">{NOTHING}</span>
  const { better, per }: Measure = MEASURES[measure]
  const share = Math.abs(change)
  if (share < 0.0005) return <span className="change">no change</span>
  const isMore = change > 0
  const isGood = better === null ? null : (better === 'more') === isMore
  const word = isMore ? (per ? 'higher' : 'more') : per ? 'lower' : 'less'
  return (
    <span className={`change ${isGood === null ? '' : isGood ? 'better' : 'worse'}`}>
      <span aria-hidden="true">{isMore ? '▲' : '▼'}</span> {formatShare(share, share < 0.1 ? 1 : 0)} {word}
      {isGood !== null && <span className="sr-only">{isGood ? ', better' : ', worse'}</span>}
    </span>
  )
}

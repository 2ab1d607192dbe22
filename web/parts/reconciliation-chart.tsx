import type { ReconciledDay } from '../../src/dashboard/panels/health.ts'
import { formatDay, formatShare, formatShortDay, formatValue } from '../format.ts'

interface ReconciliationChartProps {
  readonly days: readonly ReconciledDay[]
  readonly currency: string | null
}

/** Of Meta’s total; a gap within it passes. */
const TOLERANCE = 0.001

const WIDTH = 720
const HEIGHT = 120
const MIDDLE = 52

/** Ours minus Meta’s for each day: a calm line when both agree. */
export function ReconciliationChart({ days, currency }: ReconciliationChartProps) {
  const shares = days.map(({ gap, theirs }) =>
    Number(gap) === 0 ? 0 : Number(theirs) === 0 ? 1 : Number(gap) / Number(theirs),
  )
  const off = days.filter((_, i) => shares[i] !== 0)
  const most = Math.max(TOLERANCE * 2, ...shares.map(Math.abs))
  const step = WIDTH / Math.max(1, days.length)
  const total = days.reduce((sum, { gap }) => sum + Number(gap), 0)
  const summary =
    off.length === 0
      ? `On all ${days.length} days the ads add up to exactly what Meta says the accounts spent.`
      : `On ${days.length - off.length} of ${days.length} days the ads add up to exactly what Meta says the accounts spent; the gaps add up to ${formatValue('money', total, { currency })}.`
  const [first, last] = [days[0], days.at(-1)]
  return (
    <>
      <p>{summary}</p>
      <div className="chart">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary} fontSize={12}>
          <rect
            x={0}
            width={WIDTH}
            y={MIDDLE - (TOLERANCE / most) * 44}
            height={(2 * TOLERANCE * 44) / most}
            fill="var(--grid)"
            fillOpacity={0.5}
          />
          <line x1={0} x2={WIDTH} y1={MIDDLE} y2={MIDDLE} stroke="var(--muted)" />
          {days.map((day, i) => {
            const share = shares[i] ?? 0
            const height = (Math.abs(share) / most) * 44
            return (
              <rect
                key={day.date}
                x={i * step + step * 0.2}
                width={Math.max(1, step * 0.6)}
                y={share > 0 ? MIDDLE - height : MIDDLE}
                height={height}
                fill={Math.abs(share) > TOLERANCE ? 'var(--worse)' : 'var(--series-1)'}
              >
                <title>{`${formatDay(day.date)}: ${formatValue('money', day.gap, { currency })}`}</title>
              </rect>
            )
          })}
          {first && (
            <text x={0} y={HEIGHT - 6} fill="var(--muted)">
              {formatShortDay(first.date)}
            </text>
          )}
          {last && (
            <text x={WIDTH} y={HEIGHT - 6} fill="var(--muted)" textAnchor="end">
              {formatShortDay(last.date)}
            </text>
          )}
        </svg>
      </div>
      <p className="muted">The band is ±{formatShare(TOLERANCE, 1)} of Meta’s total.</p>
    </>
  )
}

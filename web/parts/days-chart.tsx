import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { type DaysData, drawDays, layoutDays } from '../../src/charts/days.ts'
import { CSS_THEME } from '../../src/charts/theme.ts'
import { formatDay, formatShortDay, NOTHING } from '../format.ts'
import { Svg } from './svg.tsx'

interface DaysChartProps {
  readonly data: DaysData
  /** The days that `data.previous` are of. */
  readonly previousDays: readonly string[]
  readonly summary: string
  readonly height?: number
  /** Words for a day that has no figures. */
  readonly stateOf?: (index: number) => string | null
  readonly notesOf?: (index: number) => readonly string[]
  /** A range that was drawn over the chart. */
  readonly onZoom?: (since: string, until: string) => void
}

/** Figures by day, with a cursor that the mouse and the arrow keys move, and that is read out. */
export function DaysChart({
  data,
  previousDays,
  summary,
  height = 260,
  stateOf,
  notesOf,
  onZoom,
}: DaysChartProps) {
  const [box, width] = useWidth()
  const [pointed, setCursor] = useState<number | null>(null)
  const [from, setFrom] = useState<number | null>(null)
  const options = { width, height, theme: CSS_THEME, formatDay: formatShortDay, summary }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the options are these three and nothing that changes
  const tree = useMemo(() => drawDays(data, options), [data, width, summary])
  const at = layoutDays(data, options)
  const last = data.days.length - 1
  // The days may have changed under a pointer that rests.
  const cursor = pointed === null || pointed > last ? null : pointed
  const clamp = (index: number) => Math.max(0, Math.min(last, index))

  const indexAt = (clientX: number) => {
    const rect = box.current?.getBoundingClientRect()
    return rect ? clamp(Math.floor((clientX - rect.left - at.left) / at.step)) : 0
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: (cursor ?? -1) + 1,
      ArrowLeft: (cursor ?? last + 1) - 1,
      Home: 0,
      End: last,
    }
    const to = moves[event.key]
    if (event.key === 'Escape') setCursor(null)
    if (to === undefined) return
    event.preventDefault()
    setCursor(clamp(to))
  }
  const lines = cursor === null ? [] : describe(data, previousDays, cursor, stateOf?.(cursor) ?? null)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a chart is no form control
    <div
      className="chart"
      ref={box}
      role="group"
      aria-label={`${summary} Arrow keys read day by day.`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => setCursor(indexAt(event.clientX))}
      onPointerLeave={() => {
        setCursor(null)
        setFrom(null)
      }}
      onPointerDown={(event) => setFrom(indexAt(event.clientX))}
      onPointerUp={(event) => {
        const to = indexAt(event.clientX)
        if (from !== null && Math.abs(to - from) > 1)
          onZoom?.(data.days[Math.min(from, to)] ?? '', data.days[Math.max(from, to)] ?? '')
        setFrom(null)
      }}
      onBlur={() => setCursor(null)}
    >
      {width > 0 && <Svg of={tree} />}
      {cursor !== null && (
        <>
          <svg className="cursor" aria-hidden="true">
            <line x1={at.x(cursor)} x2={at.x(cursor)} y1={at.top} y2={at.bottom} />
            {from !== null && from !== cursor && (
              <rect
                x={at.x(Math.min(from, cursor)) - at.step / 2}
                y={at.top}
                width={at.step * (Math.abs(cursor - from) + 1)}
                height={at.bottom - at.top}
              />
            )}
          </svg>
          <div
            className={`tooltip ${cursor > last / 2 ? 'to-left' : ''}`}
            style={{ left: at.x(cursor), top: at.top }}
          >
            <strong>{formatDay(data.days[cursor] ?? '')}</strong>
            {[...lines, ...(notesOf?.(cursor) ?? [])].map((line) => (
              <div key={line}>{line}</div>
            ))}
          </div>
        </>
      )}
      <div className="sr-only" aria-live="polite">
        {cursor !== null && [formatDay(data.days[cursor] ?? ''), ...lines].join(', ')}
      </div>
    </div>
  )
}

function describe(
  { bars, line, previous }: DaysData,
  previousDays: readonly string[],
  i: number,
  state: string | null,
) {
  const show = (value: number | null | undefined, format: (value: number) => string) =>
    value === null || value === undefined ? NOTHING : format(value)
  const before = previousDays[i]
  return [
    ...(state === null ? [] : [state]),
    `${bars.label}: ${show(bars.values[i], bars.format)}`,
    ...(line ? [`${line.label}: ${show(line.values[i], line.format)}`] : []),
    ...(previous && before ? [`${formatDay(before)}: ${show(previous[i], bars.format)}`] : []),
  ]
}

/** The width of an element, also when it changes. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const { current } = ref
    if (!current) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return [ref, width] as const
}

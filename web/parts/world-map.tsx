import { useQuery } from '@tanstack/react-query'
import { NOTHING } from '../format.ts'

interface WorldMapProps {
  /** By alpha-2 code. */
  readonly values: ReadonlyMap<string, number | null>
  readonly label: string
  readonly format: (value: number) => string
  readonly nameOf: (code: string) => string
}

interface World {
  readonly width: number
  readonly height: number
  readonly paths: Readonly<Record<string, string>>
  readonly dots: Readonly<Record<string, readonly number[]>>
}

const STEPS = 5

/** Countries shaded by fifths of those that have a value; the table beside it has the figures. */
export function WorldMap({ values, label, format, nameOf }: WorldMapProps) {
  const { data: world } = useQuery<World>({
    queryKey: ['world'],
    queryFn: async () => (await import('../world.json')).default,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const known = [...values]
    .flatMap(([code, value]) => (value === null || code === 'unknown' ? [] : [value]))
    .sort((a, b) => a - b)
  const bounds = Array.from(
    { length: STEPS - 1 },
    (_, i) => known[Math.ceil(((i + 1) * known.length) / STEPS) - 1] ?? 0,
  )
  const stepOf = (value: number) => 1 + bounds.filter((bound) => value > bound).length
  if (!world) return <div className="skeleton" aria-hidden="true" />
  const shade = (code: string) => {
    const value = values.get(code)
    return value === null || value === undefined ? 'var(--grid)' : `var(--step-${stepOf(value)})`
  }
  const title = (code: string) => {
    const value = values.get(code)
    return `${nameOf(code)}: ${value === null || value === undefined ? NOTHING : format(value)}`
  }
  return (
    <div className="chart">
      <svg
        viewBox={`0 0 ${world.width} ${world.height}`}
        role="img"
        aria-label={`${label} by country; the table has the figures.`}
      >
        {Object.entries(world.paths).map(([code, path]) => (
          <path key={code} d={path} fill={shade(code)} stroke="var(--surface)" strokeWidth={0.6}>
            {values.has(code) && <title>{title(code)}</title>}
          </path>
        ))}
        {Object.entries(world.dots).map(([code, [x, y]]) =>
          values.has(code) ? (
            <circle key={code} cx={x} cy={y} r={5} fill={shade(code)} stroke="var(--text)" strokeWidth={0.8}>
              <title>{title(code)}</title>
            </circle>
          ) : null,
        )}
      </svg>
      <ul className="steps" aria-label="What the shades mean">
        {[...new Set(known.map(stepOf))].map((step) => {
          const own = known.filter((value) => stepOf(value) === step)
          return (
            <li key={step}>
              <span className="swatch" style={{ background: `var(--step-${step})` }} />
              {[...new Set([own[0], own.at(-1)])].map((value) => format(value ?? 0)).join(' – ')}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

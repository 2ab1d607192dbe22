import { MEASURES, type Measure, type MeasureName } from '../../src/dashboard/measures.ts'
import type { AgeGenderRow } from '../../src/dashboard/panels/audience.ts'
import { formatMeasure, formatShare } from '../format.ts'
import { whyFew } from './too-few.ts'

interface AgeGenderProps {
  readonly rows: readonly AgeGenderRow[]
  readonly measure: MeasureName
  readonly currency: string | null
}

/** What adds up as a pyramid, women left and men right; a rate as a heat map. */
export function AgeGender(props: AgeGenderProps) {
  const measure: Measure = MEASURES[props.measure]
  return measure.per === undefined ? <Pyramid {...props} /> : <Heat {...props} />
}

function tableOf(rows: readonly AgeGenderRow[], measure: MeasureName) {
  const ages = [...new Set(rows.map(({ age }) => age))]
  const find = (age: string, gender: string) => rows.find((row) => row.age === age && row.gender === gender)
  const figureOf = (age: string, gender: string) => {
    const value = find(age, gender)?.[measure]
    return value === null || value === undefined ? null : Number(value)
  }
  return { ages, find, figureOf }
}

function Pyramid({ rows, measure, currency }: AgeGenderProps) {
  const { ages, figureOf } = tableOf(rows, measure)
  const values = rows.map((row) => Number(row[measure] ?? 0))
  const most = Math.max(1e-9, ...values)
  const total = values.reduce((sum, value) => sum + value, 0)
  const show = (value: number | null) => formatMeasure(measure, value, { currency, compact: true })
  const share = (value: number | null) => (total === 0 || value === null ? '' : formatShare(value / total))
  const bar = (value: number | null, className: string) => (
    <span className={`bar ${className}`} style={{ width: `${(100 * (value ?? 0)) / most}%` }} />
  )
  const hasUnknown = rows.some(({ gender }) => gender === 'unknown')
  return (
    <table className="pyramid">
      <thead>
        <tr>
          <th scope="col" colSpan={2} className="number">
            Women
          </th>
          <th scope="col" className="age">
            Age
          </th>
          <th scope="col" colSpan={2}>
            Men
          </th>
          {hasUnknown && (
            <th scope="col" className="number">
              Unknown
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {ages.map((age) => {
          const [female, male, unknown] = ['female', 'male', 'unknown'].map((gender) => figureOf(age, gender))
          return (
            <tr key={age} data-key={age}>
              <td className="number">
                {show(female ?? null)} <small>{share(female ?? null)}</small>
              </td>
              <td className="bar-cell">{bar(female ?? null, 'left')}</td>
              <th scope="row" className="age">
                {age}
              </th>
              <td className="bar-cell">{bar(male ?? null, 'second')}</td>
              <td>
                {show(male ?? null)} <small>{share(male ?? null)}</small>
              </td>
              {hasUnknown && <td className="number muted">{show(unknown ?? null)}</td>}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const GENDERS = [
  ['female', 'Women'],
  ['male', 'Men'],
  ['unknown', 'Unknown'],
] as const

function Heat({ rows, measure, currency }: AgeGenderProps) {
  const { ages, find, figureOf } = tableOf(rows, measure)
  const reasonOf = (row: AgeGenderRow | undefined) => whyFew(measure, row ?? {})
  const known = rows
    .filter((row) => reasonOf(row) === null && row[measure] !== null && row[measure] !== undefined)
    .map((row) => Number(row[measure]))
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const stepOf = (value: number) =>
    most === least ? 3 : Math.min(5, 1 + Math.floor((5 * (value - least)) / (most - least)))
  const genders = GENDERS.filter(([gender]) => rows.some((row) => row.gender === gender))
  return (
    <table className="heat">
      <thead>
        <tr>
          <th scope="col">Age</th>
          {genders.map(([gender, label]) => (
            <th key={gender} scope="col" className="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ages.map((age) => (
          <tr key={age} data-key={age}>
            <th scope="row">{age}</th>
            {genders.map(([gender]) => {
              const value = figureOf(age, gender)
              const reason = reasonOf(find(age, gender))
              const step = value === null || reason !== null ? null : stepOf(value)
              return (
                <td
                  key={gender}
                  className={`number ${reason ? 'too-few' : ''}`}
                  style={
                    step === null
                      ? undefined
                      : { background: `var(--step-${step})`, color: `var(--ink-${step})` }
                  }
                  title={reason ?? undefined}
                >
                  {formatMeasure(measure, value, { currency })}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

import { FUNNEL } from '../../src/dashboard/funnel.ts'
import type { SumName } from '../../src/dashboard/measures.ts'
import type { Conversions, Sums } from '../../src/dashboard/panels/conversions.ts'
import { usePanel } from '../api.ts'
import { changeOf, formatShare, formatValue, NOTHING } from '../format.ts'
import { ActionsPanel } from '../parts/actions-panel.tsx'
import { Panel } from '../parts/panel.tsx'
import { toSheet } from '../parts/sheet.ts'
import { Empty } from '../parts/states.tsx'

export default function ConversionsPage() {
  const conversions = usePanel('conversions')
  return (
    <>
      <h1 className="sr-only">Conversions</h1>
      <div className="grid">
        <Panel
          title="From impression to purchase"
          query={conversions}
          className="half"
          table={(data) => toSheet(STEP_COLUMNS, stepsOf(data, FUNNEL))}
        >
          {(data, view) => <Funnel data={data} isComparable={view.obstacle === null} />}
        </Panel>
        <Panel
          title="How far videos were watched"
          query={conversions}
          className="half"
          table={(data) => toSheet(STEP_COLUMNS, stepsOf(data, VIDEO))}
        >
          {({ current }) => <Video sums={current} />}
        </Panel>
        <ActionsPanel />
      </div>
    </>
  )
}

const VIDEO = [
  ['video_plays', 'Plays'],
  ['video_views', '3 seconds'],
  ['video_p25', '25 %'],
  ['video_p50', '50 %'],
  ['video_p75', '75 %'],
  ['video_p95', '95 %'],
  ['video_p100', '100 %'],
] as const satisfies readonly (readonly [SumName, string])[]

interface Step {
  readonly label: string
  readonly value: number
  /** Of the step above, and of the first; null where that is 0. */
  readonly ofAbove: number | null
  readonly ofFirst: number | null
  readonly before: number | null
}

const STEP_COLUMNS = [
  { label: 'Step', show: ({ label }: Step) => label },
  {
    label: 'Count',
    isNumber: true,
    show: ({ value }: Step) => count(value),
    raw: ({ value }: Step) => value,
  },
  {
    label: 'Of the step above',
    isNumber: true,
    show: ({ ofAbove }: Step) => share(ofAbove),
    raw: ({ ofAbove }: Step) => ofAbove,
  },
  {
    label: 'Of the first',
    isNumber: true,
    show: ({ ofFirst }: Step) => share(ofFirst),
    raw: ({ ofFirst }: Step) => ofFirst,
  },
  {
    label: 'Period before',
    isNumber: true,
    show: ({ before }: Step) => (before === null ? NOTHING : count(before)),
    raw: ({ before }: Step) => before,
  },
]

function stepsOf({ current, previous }: Conversions, steps: readonly (readonly [SumName, string])[]): Step[] {
  const [first] = steps
  const top = first ? Number(current[first[0]] ?? 0) : 0
  return steps.map(([name, label], i) => {
    const above = steps[i - 1]
    const value = Number(current[name] ?? 0)
    return {
      label,
      value,
      ofAbove: above ? ratio(value, Number(current[above[0]] ?? 0)) : null,
      ofFirst: i === 0 ? null : ratio(value, top),
      before: previous ? Number(previous[name] ?? 0) : null,
    }
  })
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function count(value: number): string {
  return formatValue('count', value, { currency: null })
}

/** Small shares keep a digit that says something. */
function share(value: number | null): string {
  if (value === null) return NOTHING
  return formatShare(value, value < 0.001 ? 4 : value < 0.1 ? 2 : 1)
}

function Funnel({ data, isComparable }: { readonly data: Conversions; readonly isComparable: boolean }) {
  const steps = stepsOf(data, FUNNEL)
  const most = Math.max(...steps.map(({ value }) => value))
  if (most === 0) return <Empty>Nothing was shown in this range.</Empty>
  return (
    <table className="bar-table funnel">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" className="bar-cell">
            <span className="sr-only">Bar</span>
          </th>
          <th scope="col" className="number">
            Count
          </th>
          <th scope="col" className="number">
            Of the step above
          </th>
          <th scope="col" className="number">
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.label} data-key={step.label}>
            <th scope="row">{step.label}</th>
            <td className="bar-cell">
              {/* By the order of magnitude: a bar of a millionth could not be seen. */}
              <span
                className="bar"
                style={{
                  width: `${step.value > 0 ? 2 + (98 * Math.log10(1 + step.value)) / Math.log10(1 + most) : 0}%`,
                }}
              />
            </td>
            <td className="number">{count(step.value)}</td>
            <td className="number">
              {share(step.ofAbove)}
              {step.ofAbove !== null && step.ofAbove > 1 && (
                <span
                  className="worse"
                  title="More than the step above: conversions after a mere view count, too"
                >
                  {' '}
                  !
                </span>
              )}
            </td>
            <td className="number muted">{isComparable ? changeWords(step) : NOTHING}</td>
          </tr>
        ))}
      </tbody>
      <caption className="below">Bars by order of magnitude.</caption>
    </table>
  )
}

function changeWords({ value, before }: Step): string {
  const change = before === null ? null : changeOf(value, before)
  if (change === null) return NOTHING
  return `${change >= 0 ? '+' : '−'}${formatShare(Math.abs(change), 1)}`
}

function Video({ sums }: { readonly sums: Sums }) {
  const steps = stepsOf({ current: sums, previous: null }, VIDEO)
  const plays = steps[0]?.value ?? 0
  if (plays === 0) return <Empty>No video was played in this range.</Empty>
  const hook = ratio(Number(sums.video_views ?? 0), Number(sums.impressions ?? 0))
  const hold = ratio(Number(sums.video_thruplays ?? 0), Number(sums.video_views ?? 0))
  return (
    <>
      <dl className="figures">
        <div>
          <dt title="3-second video plays ÷ impressions">Hook rate</dt>
          <dd>
            <strong>{share(hook)}</strong>
          </dd>
        </div>
        <div>
          <dt title="ThruPlays ÷ 3-second video plays">Hold rate</dt>
          <dd>
            <strong>{share(hold)}</strong>
          </dd>
        </div>
        <div>
          <dt>ThruPlays</dt>
          <dd>
            <strong>{count(Number(sums.video_thruplays ?? 0))}</strong>
          </dd>
        </div>
      </dl>
      <table className="bar-table">
        <thead>
          <tr>
            <th scope="col">Watched</th>
            <th scope="col" className="bar-cell">
              <span className="sr-only">Bar</span>
            </th>
            <th scope="col" className="number">
              Count
            </th>
            <th scope="col" className="number">
              Of plays
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.label}>
              <th scope="row">{step.label}</th>
              <td className="bar-cell">
                <span className="bar" style={{ width: `${(100 * step.value) / plays}%` }} />
              </td>
              <td className="number">{count(step.value)}</td>
              <td className="number">{step.ofFirst === null ? share(1) : share(step.ofFirst)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

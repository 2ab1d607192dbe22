import { useMemo } from 'react'
import type { DaysData } from '../../src/charts/days.ts'
import { MOST_HOURS, type UsageDay, type UsageHour } from '../../src/dashboard/panels/usage.ts'
import { usePanel } from '../api.ts'
import { formatCount, formatDay, formatMoment } from '../format.ts'
import { DaysChart } from './days-chart.tsx'
import { Panel } from './panel.tsx'
import { toSheet } from './sheet.ts'
import { Empty } from './states.tsx'

/** How close the syncs came to the API's rate limits, day by day. */
export function UsagePanel() {
  const query = usePanel('usage')
  return (
    <Panel
      title="API usage"
      query={query}
      className="half"
      isOfRange={false}
      about="The highest share of a rate limit on each day. From 75 % on calls are slowed down, at 95 % they pause."
      table={({ hours }) =>
        toSheet<UsageHour>(
          [
            { label: 'Hour', show: ({ hour }) => formatMoment(hour), raw: ({ hour }) => hour },
            { label: 'Account', show: ({ name }) => name ?? 'Whole app' },
            { label: 'Limit', show: ({ use_case }) => use_case },
            { label: 'Percent', isNumber: true, show: ({ percent }) => percent },
            {
              label: 'Pauses',
              isNumber: true,
              show: ({ pauses }) => formatCount(pauses),
              raw: ({ pauses }) => pauses,
            },
            {
              label: 'Seconds paused',
              isNumber: true,
              show: ({ paused_seconds }) => formatCount(paused_seconds),
              raw: ({ paused_seconds }) => paused_seconds,
            },
          ],
          hours,
        )
      }
    >
      {({ days, hours }) =>
        hours.length === 0 ? (
          <Empty>No sync of the last four weeks has noted how much of the API’s limits it used.</Empty>
        ) : (
          <>
            <UsageChart days={days} />
            {hours.length >= MOST_HOURS && (
              <p className="muted">Table and CSV have the newest {formatCount(MOST_HOURS)} of its hours.</p>
            )}
          </>
        )
      }
    </Panel>
  )
}

/** As the throttle has them. */
const LIMITS = [
  { value: 75, label: 'slowed down' },
  { value: 95, label: 'paused' },
] as const
const formatPercent = (value: number) => `${Math.round(value)} %`

function UsageChart({ days }: { readonly days: readonly UsageDay[] }) {
  const data = useMemo<DaysData>(
    () => ({
      days: days.map(({ date }) => date),
      bars: {
        label: 'Busiest account',
        values: days.map(({ account }) => account),
        format: formatPercent,
        formatShort: formatPercent,
      },
      line: {
        label: 'Whole app',
        values: days.map(({ app }) => app),
        format: formatPercent,
        formatShort: formatPercent,
      },
      previous: null,
      arriving: 0,
      marks: [],
      limits: LIMITS,
    }),
    [days],
  )
  const pauses = days.reduce((sum, day) => sum + day.pauses, 0)
  const busiest = days.reduce((a, b) =>
    Math.max(b.account ?? 0, b.app ?? 0) > Math.max(a.account ?? 0, a.app ?? 0) ? b : a,
  )
  const most = Math.max(busiest.account ?? 0, busiest.app ?? 0)
  const summary = `At most ${formatPercent(most)} of a limit was used, on ${formatDay(busiest.date)}. ${
    pauses === 0
      ? 'No call had to pause.'
      : `Calls paused ${formatCount(pauses)} ${pauses === 1 ? 'time' : 'times'}.`
  }`
  return (
    <>
      <p>{summary}</p>
      <p className="about legend">
        <span className="key-bar">Busiest account</span>
        <span className="key-line">Whole app</span>
      </p>
      <DaysChart
        data={data}
        previousDays={[]}
        summary={summary}
        height={180}
        notesOf={(i) => {
          const paused = days[i]?.pauses ?? 0
          return paused === 0 ? [] : [`Pauses: ${formatCount(paused)}`]
        }}
      />
    </>
  )
}

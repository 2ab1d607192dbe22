import type { CalendarDay } from '../../load/read-status.ts'

/** Narrowest first; each is one column wide in any terminal. */
const SHAPES = {
  settled: '█',
  settling: '▒',
  empty: '·',
  missing: '○',
  failed: '✗',
} as const
type State = keyof typeof SHAPES

const LEGEND = `${SHAPES.settled} final  ${SHAPES.settling} may still change  ${SHAPES.empty} no delivery  ${SHAPES.missing} missing  ${SHAPES.failed} failed`
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const GAP = 2

/** The last days of each report, a character a day over all accounts, the worst of any; as many as fit into `width`. */
export function sliceCalendar(days: readonly CalendarDay[], width: number): string[] {
  const byReport = Map.groupBy(days, ({ report }) => report)
  const label = Math.max(0, ...[...byReport.keys()].map((report) => report.length)) + GAP
  const room = Math.max(7, width - label)
  const dates = [...new Set(days.map(({ date }) => date))].sort().slice(-room)
  if (dates.length === 0) return []
  const rows = [...byReport].map(([report, found]) => {
    const states = new Map(found.map((day) => [day.date, stateOf(day)]))
    const cells = dates.map((date) => {
      const state = states.get(date)
      return state === undefined ? ' ' : SHAPES[state]
    })
    return report.padEnd(label) + cells.join('')
  })
  return [`${' '.repeat(label)}${ruler(dates)}`.trimEnd(), ...rows, `${' '.repeat(label)}${LEGEND}`]
}

function stateOf({ expected, loaded, failed, rows, settling }: CalendarDay): State {
  if (failed > 0) return 'failed'
  if (loaded < expected) return 'missing'
  if (rows === 0) return 'empty'
  return settling > 0 ? 'settling' : 'settled'
}

/** The name of a month where it begins, and at the left; where there is room for it. */
function ruler(dates: readonly string[]): string {
  const marks = dates.map((date, i) =>
    i === 0 || date.endsWith('-01') ? (MONTHS[Number(date.slice(5, 7)) - 1] ?? '') : '',
  )
  let line = ''
  marks.forEach((mark, i) => {
    // A name that runs into the one before, or over the edge, says nothing.
    if (mark !== '' && line.length <= i && i + mark.length <= dates.length) line = `${line.padEnd(i)}${mark} `
  })
  return line
}

import { createFormats } from '../src/dashboard/format.ts'

export { changeOf, NOTHING } from '../src/dashboard/format.ts'

export const formats = createFormats(navigator.language, String(new Date().getFullYear()))

export const {
  measure: formatMeasure,
  value: formatValue,
  count: formatCount,
  share: formatShare,
  day: formatDay,
  shortDay: formatShortDay,
  days: formatDays,
  moment: formatMoment,
} = formats

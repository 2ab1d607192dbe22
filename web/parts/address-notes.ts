import { COLUMN_PRESET_NAMES } from '../../src/dashboard/column-presets.ts'
import { type Note, short } from '../../src/dashboard/filter.ts'
import { isMeasureName, type MeasureName } from '../../src/dashboard/measures.ts'
import { OBJECT_LEVELS } from '../../src/dashboard/object-level.ts'
import { isObjectId } from '../../src/model/object-id.ts'

/** What the address asks of a page with one measure, and cannot get; the amount spent is shown then. */
export function measureNotes(params: URLSearchParams, among: readonly MeasureName[]): Note[] {
  const asked = params.get('m')
  return asked === null || among.some((name) => name === asked)
    ? []
    : [{ text: `There is no measure “${short(asked)}” here; the amount spent is shown.`, remove: ['m'] }]
}

/** What the address asks of the table of campaigns and cannot get; `columns` are those that it shows. */
export function tableNotes(params: URLSearchParams, columns: readonly MeasureName[]): Note[] {
  const notes: Note[] = []
  const check = (name: string, isGood: (text: string) => boolean, say: (text: string) => string) => {
    const asked = params.get(name)
    if (asked && !isGood(asked)) notes.push({ text: say(short(asked)), remove: [name] })
  }
  const isLevel = (text: string) => OBJECT_LEVELS.some((level) => level === text)
  check('level', isLevel, (text) => `There is no level “${text}”; campaigns are shown.`)
  check(
    'cols',
    (text) => COLUMN_PRESET_NAMES.some((name) => name === text) || text.split(',').every(isMeasureName),
    (text) => `Not all of “${text}” are columns.`,
  )
  check(
    'sort',
    (text) => ['name', 'effective_status', ...columns].includes(text.replace(/^-/, '')),
    (text) => `The rows cannot be sorted by “${text}”, which is no column here.`,
  )
  check(
    'open',
    (text) => isLevel(text.split(':')[0] ?? '') && isObjectId(text.split(':')[1] ?? ''),
    (text) => `“${text}” is not a campaign, ad set or ad to open.`,
  )
  return notes
}

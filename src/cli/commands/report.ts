import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { PAPER_THEME } from '../../charts/theme.ts'
import { createFormats } from '../../dashboard/format.ts'
import { Reader } from '../../dashboard/reader.ts'
import { wordsOfCoverage } from '../../dashboard/report/coverage.ts'
import { drawChapter } from '../../dashboard/report/draw-report.ts'
import { layOut } from '../../dashboard/report/lay-out.ts'
import { type Chapter, readReport } from '../../dashboard/report/read-report.ts'
import { toHtml } from '../../dashboard/report/to-html.ts'
import { ACCOUNTS } from '../../dashboard/scope.ts'
import { dayIn, isCalendarDate } from '../../model/calendar-date.ts'
import { type ObjectId, parseAccountId } from '../../model/object-id.ts'
import { type Context, openForReading, type WarehouseFlags } from '../context.ts'
import { type DateFlags, parseAskedDays } from '../dates.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import type { Output } from '../output.ts'
import { UsageError } from '../usage-error.ts'

export interface ReportFlags extends WarehouseFlags, DateFlags {
  readonly account?: readonly string[]
  readonly out: string
}

const FORMATS = ['.html', '.pdf', '.png'] as const
/** Days bear their year: a page is kept. */
const NO_YEAR = 'never'
/** Of what is drawn, in pixels. */
const WIDTH = 760

/** Writes one page about some days, to be mailed. */
export async function report(flags: ReportFlags, context: Context): Promise<ExitStatus> {
  const { clock, output } = context
  const format = FORMATS.find((one) => one === extname(flags.out).toLowerCase())
  if (format === undefined)
    throw new UsageError(`--out is "${flags.out}"; it must end with ${FORMATS.join(', ')}.`)
  // A month that is not over is reported as far as it has come.
  const latest = dayIn('Pacific/Kiritimati', clock.now())
  const isAhead = isCalendarDate(flags.until) && flags.until > latest
  const asked = parseAskedDays(isAhead ? { ...flags, until: latest } : flags, clock.now())
  const accounts = (flags.account ?? []).map(toAccount)
  const warehouse = await openForReading(context, flags)
  let chapters: Chapter[]
  try {
    const reader = new Reader(warehouse)
    await refuseUnknown(accounts, reader)
    chapters = await readReport(accounts, asked, reader, clock.now())
  } finally {
    await warehouse.close()
  }
  const formats = createFormats('en-GB', NO_YEAR)
  const drawn = chapters.map((chapter) => drawChapter(chapter, { width: WIDTH, theme: PAPER_THEME, formats }))
  const made = `Made by fbads on ${formats.day(dayIn('UTC', clock.now()))} from ${warehouse.kind === 'pglite' ? 'an embedded warehouse' : warehouse.location}.`
  const file = resolve(context.folder, flags.out)
  if (format === '.html') await writeFile(file, toHtml(drawn, made))
  else {
    const blocks = layOut(drawn, WIDTH, PAPER_THEME, made)
    const title = drawn.map((chapter) => chapter.title).join(', ')
    await writeFile(file, format === '.png' ? await png(blocks) : await pdf(blocks, title))
  }
  if (output.json) output.result(JSON.stringify({ file, chapters: chapters.map(toJson) }, null, 2))
  else output.say(`✅ ${file}`, 'good')
  chapters.forEach((chapter, i) => {
    tellHoles(chapter, drawn[i]?.title ?? '', flags, output)
  })
  // A page without a figure is not what a schedule is to mail; where one chapter has some, the page is of use.
  return chapters.every(({ coverage }) => coverage.isEmpty) ? EXIT.failed : EXIT.done
}

function tellHoles({ scope, coverage }: Chapter, title: string, flags: ReportFlags, output: Output): void {
  if (coverage.missing === 0 && coverage.unloaded.length === 0) return
  const { since, until } = scope
  const words = wordsOfCoverage(coverage, (first, last) => `${first} to ${last}`)
  const hint = flags.demo
    ? ''
    : ` fbads sync --since ${since} --until ${until} loads what the API still keeps.`
  const said = `${title}, ${since} to ${until}: ${words}${hint}`
  if (coverage.isEmpty) output.aside(`❌ ${said}`, 'problem')
  else output.aside(`⚠️ WARNING: ${said}`, 'warning')
}

/** A page with a link shows all when it asks for an account that is not there; a file must not, under its name. */
async function refuseUnknown(accounts: readonly ObjectId[], reader: Reader): Promise<void> {
  const known = new Set((await reader.read(ACCOUNTS)).map(({ id }) => id))
  const unknown = accounts.filter((id) => !known.has(id))
  if (unknown.length > 0)
    throw new Error(
      `${unknown.map((id) => `act_${id}`).join(', ')} is not loaded: run fbads sync for it first.`,
    )
}

function toJson({ scope, coverage, overview }: Chapter) {
  return {
    accounts: scope.accounts.map(({ id }) => id),
    currency: scope.currency,
    since: scope.since,
    until: scope.until,
    days: coverage.days,
    missing_days: coverage.missing,
    loaded: coverage.loaded,
    totals: overview.current.total,
  }
}

function toAccount(text: string) {
  try {
    return parseAccountId(text)
  } catch (error) {
    throw new UsageError(`--account: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function png(blocks: Parameters<typeof import('../../dashboard/report/to-png.ts').toPng>[0]) {
  return orSayWhatIsMissing('PNG', '@resvg/resvg-js', async () =>
    (await import('../../dashboard/report/to-png.ts')).toPng(blocks, WIDTH, PAPER_THEME),
  )
}

async function pdf(
  blocks: Parameters<typeof import('../../dashboard/report/to-pdf.ts').toPdf>[0],
  title: string,
) {
  return orSayWhatIsMissing('PDF', 'pdfkit svg-to-pdfkit', async () =>
    (await import('../../dashboard/report/to-pdf.ts')).toPdf(blocks, WIDTH, title),
  )
}

/** The libraries for pictures are optional: where they could not be installed, the rest works. */
async function orSayWhatIsMissing<T>(what: string, packages: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new UsageError(
      `A ${what} needs packages that are not installed: npm install ${packages}. HTML needs none.`,
    )
  }
}

import { addDays, type CalendarDate, earlierOf, laterOf } from '../../model/calendar-date.ts'
import type { DateRange } from '../date-range.ts'
import { type Filter, parseFilter } from '../filter.ts'
import type { PanelContext } from '../panel.ts'
import { type AgeGenderRow, ageGender, type CountryRow, country, type Segmented } from '../panels/audience.ts'
import { type Change, changes } from '../panels/changes.ts'
import { type Conversions, conversions } from '../panels/conversions.ts'
import { type Movers, movers } from '../panels/movers.ts'
import { type Overview, overview } from '../panels/overview.ts'
import type { Reader } from '../reader.ts'
import { readScope, type Scope } from '../scope.ts'
import { type Coverage, readCoverage } from './coverage.ts'

/** What a report says of the accounts of one currency. */
export interface Chapter {
  readonly scope: Scope
  readonly coverage: Coverage
  readonly overview: Overview
  readonly movers: Movers
  readonly changes: readonly Change[]
  readonly ages: Segmented<AgeGenderRow>
  readonly countries: Segmented<CountryRow>
  readonly conversions: Conversions
}

/** Days that are named, or so many that end today on the accounts' own clock. */
export type ReportDays = DateRange | { readonly days: number }

/** A chapter for each currency: amounts of several are never added up. Without days, the last 28 that have ended. */
export async function readReport(
  accounts: Filter['accounts'],
  asked: ReportDays | null,
  reader: Reader,
  nowMs: number,
): Promise<Chapter[]> {
  const filter: Filter = { ...parseFilter(new URLSearchParams()), accounts }
  const { currencies } = await readScope(filter, reader, nowMs)
  const chapters: Chapter[] = []
  for (const currency of currencies.length === 0 ? [null] : currencies) {
    const { today } = await readScope({ ...filter, currency }, reader, nowMs)
    const own: Filter = { ...filter, currency, ...(asked && { range: toRange(asked, today) }) }
    const scope = await readScope(own, reader, nowMs)
    chapters.push(await readChapter({ scope, filter: own, reader, nowMs, params: new URLSearchParams() }))
  }
  return chapters
}

/** Never beyond today: what is yet to come is not missing. */
function toRange(asked: ReportDays, today: CalendarDate): DateRange {
  if ('days' in asked) return { since: addDays(today, 1 - asked.days), until: today }
  return { since: asked.since, until: laterOf(asked.since, earlierOf(asked.until, today)) }
}

async function readChapter(context: PanelContext): Promise<Chapter> {
  return {
    scope: context.scope,
    coverage: await readCoverage(context.scope, context.reader),
    overview: await overview(context),
    movers: await movers(context),
    changes: await changes(context),
    ages: await ageGender(context),
    countries: await country(context),
    conversions: await conversions(context),
  }
}

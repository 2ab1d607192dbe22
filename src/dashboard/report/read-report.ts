import { DEFAULT_PRESET, type Filter, parseFilter } from '../filter.ts'
import type { PanelContext } from '../panel.ts'
import { type AgeGenderRow, ageGender, type CountryRow, country, type Segmented } from '../panels/audience.ts'
import { type Change, changes } from '../panels/changes.ts'
import { type Conversions, conversions } from '../panels/conversions.ts'
import { type Mover, movers } from '../panels/movers.ts'
import { type Overview, overview } from '../panels/overview.ts'
import type { Reader } from '../reader.ts'
import { readScope, type Scope } from '../scope.ts'

/** What a report says of the accounts of one currency. */
export interface Chapter {
  readonly scope: Scope
  readonly overview: Overview
  readonly movers: readonly Mover[]
  readonly changes: readonly Change[]
  readonly ages: Segmented<AgeGenderRow>
  readonly countries: Segmented<CountryRow>
  readonly conversions: Conversions
}

/** A chapter for each currency: amounts of several are never added up. */
export async function readReport(
  asked: Pick<Filter, 'accounts' | 'range'>,
  reader: Reader,
  nowMs: number,
): Promise<Chapter[]> {
  const filter: Filter = { ...parseFilter(new URLSearchParams({ range: DEFAULT_PRESET })), ...asked }
  const first = await readScope(filter, reader, nowMs)
  const chapters: Chapter[] = []
  for (const currency of first.currencies.length === 0 ? [null] : first.currencies) {
    const scope = await readScope({ ...filter, currency }, reader, nowMs)
    chapters.push(await readChapter({ scope, reader, params: new URLSearchParams() }))
  }
  return chapters
}

async function readChapter(context: PanelContext): Promise<Chapter> {
  return {
    scope: context.scope,
    overview: await overview(context),
    movers: await movers(context),
    changes: await changes(context),
    ages: await ageGender(context),
    countries: await country(context),
    conversions: await conversions(context),
  }
}

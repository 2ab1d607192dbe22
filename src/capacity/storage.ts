import { REPORTS, type ReportName } from '../model/report.ts'
import { accountsOf, adsOf, type Fleet } from './fleet.ts'
import { OBJECTS_PER_AD, RECORDS, STORAGE } from './measured-costs.ts'

/** Bytes, indexes included. */
export interface Storage {
  /** When the first sync is done, and a year later. */
  readonly now: number
  readonly afterYear: number
  readonly perMonth: number
  /** Write-ahead log of the sync. */
  readonly wal: number
}

const MONTH_DAYS = 365 / 12

export function storageOf(fleet: Fleet): Storage {
  const slices = accountsOf(fleet) * fleet.reports.length
  const day = factBytesOfDay(fleet) + slices * STORAGE.slice
  const now = objectBytes(fleet) + fleet.historyDays * day
  return { now, afterYear: now + 365 * day, perMonth: MONTH_DAYS * day, wal: walOf(fleet, slices) }
}

/** The facts that one day of the fleet makes, by report. */
export function factsOfDay(fleet: Fleet): ReadonlyMap<ReportName, number> {
  const records = adsOf(fleet) * fleet.activeShare
  return new Map(
    fleet.reports.map((report) => [report, records * RECORDS[report].perActiveAd * RECORDS[report].rows]),
  )
}

function factBytesOfDay(fleet: Fleet): number {
  const records = adsOf(fleet) * fleet.activeShare
  return fleet.reports.reduce((sum, report) => {
    const { perActiveAd, rows } = RECORDS[report]
    const perRecord = REPORTS[report].tables.reduce(
      // Of a core record's rows one is its own, the others are its actions.
      (bytes, table) => bytes + STORAGE[table] * (table === 'fact_action_metrics' ? rows - 1 : 1),
      0,
    )
    return sum + records * perActiveAd * perRecord
  }, 0)
}

function objectBytes(fleet: Fleet): number {
  const objects = Object.values(OBJECTS_PER_AD).reduce((sum, perAd) => sum + perAd, 0)
  return adsOf(fleet) * objects * STORAGE.object
}

function walOf(fleet: Fleet, slicesOfDay: number): number {
  const { isFirst, days, restatedShare } = fleet
  const facts = [...factsOfDay(fleet).values()].reduce((sum, each) => sum + each, 0)
  const newDays = isFirst ? days : 1
  const restatedDays = (days - newDays) * restatedShare
  return (
    facts * (newDays * STORAGE.walOfNewRow + restatedDays * STORAGE.walOfRestatedRow) +
    slicesOfDay * days * STORAGE.walOfSlice
  )
}

import type { ReportName } from '../model/report.ts'

/**
 * What a sync costs, as measured on 29 November 2026 on a virtual machine with two cores, Node.js 24.21 and
 * PostgreSQL 18 with the settings that it comes with (docs/scale.md, Capacity). Times are CPU times where they can be.
 */
export const COSTS = {
  /** Until the first call: the program's start and the schema's check. */
  startMs: 900,
  /** From the last account's end to the end of the sync. */
  endMs: 200,
  /** Of each account: its lock, its ledger, its plan. */
  accountMs: 20,
  /** Of the worker for each call, whatever it brings. */
  callMs: 2,
  /** Of the worker for each row of the facts, from the answer's bytes to COPY. */
  workerUs: 9,
  /** Of the worker, and of the database, for each campaign, ad set and ad that a list names. */
  objectWorkerUs: 50,
  objectDatabaseUs: 50,
  /** Of the database for each request, and what its transaction waits for besides. */
  requestDatabaseMs: 5,
  requestEndMs: 5,
  /** Of a worker's place for each request that comes from the queue: to be taken, looked up, and noted as ended. */
  queuedRequestMs: 45,
  /** Of the database for each row, by what becomes of it. */
  newRowUs: 6.7,
  changedRowUs: 30,
  unchangedRowUs: 1,
  /** Of the database for each row within the days of the sync: the checks. */
  checkedRowUs: 0.8,
} as const

interface ReportRecords {
  /** Records for an ad that has figures on a day. */
  readonly perActiveAd: number
  /** Rows of the facts that a record makes. */
  readonly rows: number
  /** Of a record's JSON. */
  readonly bytes: number
}

/** How much there is to read: the simulator's worlds, whose records are shaped after those of real accounts. */
export const RECORDS: Readonly<Record<ReportName, ReportRecords>> = {
  core: { perActiveAd: 1, rows: 12, bytes: 1_500 },
  age_gender: { perActiveAd: 21.4, rows: 1, bytes: 460 },
  country: { perActiveAd: 2.3, rows: 1, bytes: 690 },
}

/** Of the ads, those that have figures on a day, when nothing else is said. */
export const ACTIVE_SHARE = 0.35

/** Of the days that are read again, those that have other figures, when nothing else is said. */
export const RESTATED_SHARE = 0.25

/** For each ad: campaigns, ad sets, ads. */
export const OBJECTS_PER_AD = { campaign: 1 / 8, adset: 1 / 3, ad: 1 } as const

/** Of the objects, those that facts name and no list has, deleted ones above all: a first sync reads them by their ids. */
export const UNLISTED_SHARE = 0.1

/**
 * Bytes of the warehouse: of a row with its part of the indexes, after a first sync; of the write-ahead log for a row
 * that is new, for one of a day whose figures have changed, and for a slice that is read again.
 */
export const STORAGE = {
  fact_core_metrics: 278,
  fact_age_gender_metrics: 242,
  fact_country_metrics: 227,
  fact_action_metrics: 159,
  object: 728,
  slice: 330,
  walOfNewRow: 200,
  walOfRestatedRow: 310,
  walOfSlice: 190,
} as const

import { CLICK_SOURCES, type ClickSource } from '../model/fact.ts'
import { MEASURES, type ReadRecord, readMeasure } from './measures.ts'

/** The first candidate of the cascade that this record carries, also with the value 0; null when none. */
export function carriedClickSource(read: ReadRecord): ClickSource | null {
  return CLICK_SOURCES.find((source) => readMeasure(MEASURES[source], read) !== null) ?? null
}

/**
 * The source for a whole account and day: the first in the cascade that any of its records carries. A field
 * that one record lacks is not unavailable, and choosing record by record would mix link clicks with all
 * clicks in one column.
 */
export function earlierClickSource(a: ClickSource | null, b: ClickSource | null): ClickSource | null {
  return CLICK_SOURCES.find((source) => source === a || source === b) ?? null
}

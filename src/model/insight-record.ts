/**
 * One row of an insights answer as the API sends it: metrics are text, ids are text (also when the API
 * sent a bare number), a field without data is absent.
 */
export type InsightRecord = Readonly<Record<string, unknown>>

import { REPORT_NAMES, REPORTS } from '../model/report.ts'

/** Those of `baseFieldsToPull` that no report's measures need: each report asks for its own anyway, and for no other's. */
export function extraFields(fields: readonly string[]): string[] {
  const needed = new Set<string>(REPORT_NAMES.flatMap((name) => REPORTS[name].fields))
  return fields.filter((field) => !needed.has(field))
}

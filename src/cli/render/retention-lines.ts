import type { KeptMonth, RetentionResult } from '../../pipeline/retention.ts'

type Month = RetentionResult['months'][number]

/** What happened to a month that has left the warehouse. */
export function departedLine(month: Month): string {
  const facts = `${month.month}: ${countOf(month)} of facts`
  if (month.files === undefined) return `✓ ${facts} dropped`
  return `✓ ${facts} archived in ${month.files} files (${megabytes(month.bytes ?? 0)}), read back and equal`
}

/** What would happen to it. */
export function dueLine(month: Month): string {
  return `${month.month}: ${countOf(month)} of facts, ${month.slices.toLocaleString('en-US')} slices`
}

export function keptLine({ month, reason }: KeptMonth): string {
  if (reason === 'may still change') return `${month} stays: the API may still change its days`
  return `${month} stays: it was restored; fbads archive --before ${monthAfter(month)} archives it again`
}

export function countOf({ rows }: Pick<Month, 'rows'>): string {
  const sum = Object.values(rows).reduce((total, count) => total + count, 0)
  return `${sum.toLocaleString('en-US')} ${sum === 1 ? 'row' : 'rows'}`
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

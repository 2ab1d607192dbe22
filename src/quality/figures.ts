import type { CheckStatus } from '../model/quality.ts'

/** `0.0035` is `0.35%`. */
export function percent(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)}%`
}

/** `1234567` is `1,234,567`; a decimal loses only the zeros at its end. */
export function grouped(value: unknown): string {
  const [whole = '0', fraction = ''] = String(value).split('.')
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const kept = fraction.replace(/0+$/, '')
  return kept ? `${groups}.${kept}` : groups
}

/** The first few of many, for a sentence. */
export function examples(values: readonly string[], most = 5): string {
  const rest = values.length - most
  return rest > 0 ? `${values.slice(0, most).join(', ')} and ${rest} more` : values.join(', ')
}

export function worst(statuses: readonly CheckStatus[]): CheckStatus {
  return statuses.includes('fail') ? 'fail' : statuses.includes('warn') ? 'warn' : 'pass'
}

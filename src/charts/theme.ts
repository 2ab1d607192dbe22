/** What colours are for; a chart is given one value for each. */
export interface Theme {
  readonly surface: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly series: readonly [string, string, string]
  readonly previous: string
}

/** For the page, where a style sheet says what each role is. */
export const CSS_THEME: Theme = {
  surface: 'var(--surface)',
  text: 'var(--text)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  series: ['var(--series-1)', 'var(--series-2)', 'var(--series-3)'],
  previous: 'var(--previous)',
}

/** For paper, and for what is mailed. */
export const PAPER_THEME: Theme = {
  surface: '#ffffff',
  text: '#111827',
  muted: '#4b5563',
  grid: '#e5e7eb',
  series: ['#1d4ed8', '#cf7b26', '#55101a'],
  previous: '#8a93a0',
}

/** What colours are for; a chart is given one value for each. */
export interface Theme {
  readonly surface: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly series: readonly [string, string, string]
  readonly previous: string
  readonly better: string
  readonly worse: string
  readonly cells: Readonly<Record<'loaded' | 'settling' | 'failed' | 'missing' | 'empty', string>>
  readonly steps: readonly [string, string, string, string, string]
  /** Of text upon a step. */
  readonly inks: readonly [string, string, string, string, string]
}

/** For the page, where a style sheet says what each role is. */
export const CSS_THEME: Theme = {
  surface: 'var(--surface)',
  text: 'var(--text)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  series: ['var(--series-1)', 'var(--series-2)', 'var(--series-3)'],
  previous: 'var(--previous)',
  better: 'var(--better)',
  worse: 'var(--worse)',
  cells: {
    loaded: 'var(--cell-loaded)',
    settling: 'var(--cell-settling)',
    failed: 'var(--cell-failed)',
    missing: 'var(--cell-missing)',
    empty: 'var(--cell-empty)',
  },
  steps: ['var(--step-1)', 'var(--step-2)', 'var(--step-3)', 'var(--step-4)', 'var(--step-5)'],
  inks: ['var(--ink-1)', 'var(--ink-2)', 'var(--ink-3)', 'var(--ink-4)', 'var(--ink-5)'],
}

/** For paper, and for what is mailed. */
export const PAPER_THEME: Theme = {
  surface: '#ffffff',
  text: '#111827',
  muted: '#4b5563',
  grid: '#e5e7eb',
  series: ['#1d4ed8', '#cf7b26', '#55101a'],
  previous: '#8a93a0',
  better: '#1d4ed8',
  worse: '#b4540a',
  cells: { loaded: '#2f6fde', settling: '#f2b84b', failed: '#8f1d1d', missing: '#e5e7eb', empty: '#ffffff' },
  steps: ['#dbeafe', '#93c5fd', '#3b82f6', '#1d4ed8', '#172554'],
  inks: ['#111827', '#111827', '#111827', '#ffffff', '#ffffff'],
}

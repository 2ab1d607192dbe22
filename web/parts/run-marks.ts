/** A sign for each way in which a run or a check ends: none is told by its colour alone. */
export const MARKS = {
  running: '◔',
  succeeded: '✓',
  partial: '▲',
  failed: '✕',
  pass: '✓',
  warn: '▲',
  fail: '✕',
} as const

import { AD_OBJECT_KINDS, AD_OBJECT_LABELS } from '../../model/ad-object.ts'
import type { CheckResult } from '../../model/quality.ts'
import type { Tone } from '../output.ts'

export interface Line {
  readonly text: string
  readonly tone: Tone
}

const TONES = { pass: 'good', warn: 'warning', fail: 'problem' } as const

/** `19 checks passed, 0 warned, 0 failed.` */
export function checkCounts(checks: readonly CheckResult[]): string {
  const count = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length
  return `${count('pass')} checks passed, ${count('warn')} warned, ${count('fail')} failed.`
}

/** The checks as people look for them, in their order. */
export function checkLines(checks: readonly CheckResult[]): Line[] {
  return checks.flatMap(linesOf)
}

function linesOf(check: CheckResult): Line[] {
  const tone = TONES[check.status]
  const own = OWN_LINES[check.name]?.(check)
  if (own !== undefined) return own.map((text) => ({ text, tone }))
  return [{ text: generalLine(check), tone }]
}

function generalLine({ name, status, measured, detail }: CheckResult): string {
  const title = name.replaceAll('_', ' ')
  if (status === 'pass') return measured === null ? `· ${title}: ${detail}` : `✓ ${title}: ${measured}`
  return `${status === 'warn' ? '⚠️ WARNING:' : '❌'} ${title}: ${detail}`
}

/** Checks whose lines people know by heart, or search their logs for. */
const OWN_LINES: Readonly<Record<string, (check: CheckResult) => string[]>> = {
  ...Object.fromEntries(
    AD_OBJECT_KINDS.flatMap((kind) => [
      [
        `id_integrity_${kind}`,
        ({ status, measured, detail }: CheckResult) => [
          status === 'pass' ? `✅ ID integrity preserved: ${measured}` : `❌ ${detail}`,
        ],
      ],
      [
        `metadata_overlap_${kind}`,
        ({ status, measured, detail }: CheckResult) => [
          `${status === 'pass' ? '' : '⚠️ '}${AD_OBJECT_LABELS[kind]} ID overlap: ${measured}`,
          ...(status !== 'pass' && detail.startsWith('No matching') ? [`⚠️ ${detail}`] : []),
        ],
      ],
      [`unknown_${kind}_names`, shareLines],
      [`unknown_${kind}_statuses`, shareLines],
    ]),
  ),
  click_source: ({ measured }) => (measured === null ? [] : [`✓ Using ${measured}`]),
  clicks_present: ({ status, detail }) => (status === 'pass' ? [] : [`❌ CRITICAL: ${detail}`]),
  ctr: ({ status, measured, detail }) => [
    ...(measured === null ? [] : [`CTR: ${measured}`]),
    ...(status === 'pass' ? [] : [`⚠️ WARNING: ${detail}`]),
  ],
}

function shareLines({ status, detail }: CheckResult): string[] {
  return status === 'pass' ? [] : [`⚠️ WARNING: ${detail}`]
}

import type { Change } from '../../src/dashboard/panels/changes.ts'
import { formatValue } from '../format.ts'

const LEVELS: Readonly<Record<Change['level'], string>> = { campaign: 'Campaign', adset: 'Ad set', ad: 'Ad' }

/** “Campaign “Spring”: daily budget 300 → 600”. */
export function describeChange(change: Change, currency: string | null): string {
  return `${LEVELS[change.level]} “${change.name}”: ${whatChanged(change, currency)}`
}

export function whatChanged({ what, before, after }: Change, currency: string | null): string {
  switch (what) {
    case 'status':
      return after === 'PAUSED' ? 'paused' : after === 'ACTIVE' ? 'set active' : `status ${before} → ${after}`
    case 'name':
      return `renamed from “${before ?? ''}”`
    case 'daily_budget':
    case 'lifetime_budget': {
      const show = (value: string | null) =>
        value === null ? 'none' : formatValue('money', value, { currency })
      return `${what === 'daily_budget' ? 'daily' : 'lifetime'} budget ${show(before)} → ${show(after)}`
    }
  }
}

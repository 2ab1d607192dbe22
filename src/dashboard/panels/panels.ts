import { ageGender, country } from './audience.ts'
import { campaignNames } from './campaign-names.ts'
import { changes } from './changes.ts'
import { checks } from './checks.ts'
import { actions, conversions } from './conversions.ts'
import { reconciliation, rejects, runs, sliceDay, slices } from './health.ts'
import { movers } from './movers.ts'
import { object } from './object.ts'
import { objects } from './objects.ts'
import { overview } from './overview.ts'
import { usage } from './usage.ts'

/** Everything that a page may ask for, by the name in its address. */
export const PANELS = {
  overview,
  movers,
  changes,
  'campaign-names': campaignNames,
  objects,
  object,
  'age-gender': ageGender,
  country,
  conversions,
  actions,
  slices,
  'slice-day': sliceDay,
  runs,
  checks,
  reconciliation,
  rejects,
  usage,
} as const

export type PanelName = keyof typeof PANELS
export type PanelData<Name extends PanelName> = Awaited<ReturnType<(typeof PANELS)[Name]>>

export function isPanelName(text: string): text is PanelName {
  return Object.hasOwn(PANELS, text)
}

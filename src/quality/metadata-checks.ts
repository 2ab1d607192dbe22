import { AD_OBJECT_KINDS, AD_OBJECT_LABELS, type AdObjectKind } from '../model/ad-object.ts'
import type { CheckResult } from '../model/quality.ts'
import type { FactMembers, NamedMembers } from './fact-members.ts'
import { percent } from './figures.ts'
import type { CheckScope } from './scope.ts'

const PLURALS = { campaign: 'campaigns', adset: 'ad sets', ad: 'ads' } as const satisfies Record<
  AdObjectKind,
  string
>

/** Of the campaigns, ad sets and ads that the facts name: how many have their metadata, name and status. */
export function checkMetadata(scope: CheckScope, members: FactMembers): CheckResult[] {
  return AD_OBJECT_KINDS.flatMap((kind) => checkKind(scope, kind, members[kind]))
}

function checkKind(scope: CheckScope, kind: AdObjectKind, members: NamedMembers): CheckResult[] {
  const { ids, known } = members
  const unknown = `Unknown ${AD_OBJECT_LABELS[kind]}`
  const nameless = ids === 0 ? 0 : members.nameless / ids
  const statusless = ids === 0 ? 0 : members.statusless / ids
  const { unknownNames, unknownStatuses } = scope.thresholds
  const fix = 'See the metadata errors of this run; the next sync that gets the metadata fills it in.'
  return [
    {
      name: `metadata_overlap_${kind}`,
      status: known < ids * (1 - unknownStatuses) ? 'warn' : 'pass',
      measured: `${known} out of ${ids} data IDs`,
      threshold: `at least ${percent(1 - unknownStatuses)}`,
      detail:
        ids > 0 && known === 0
          ? `No matching ${AD_OBJECT_LABELS[kind].toLowerCase()} IDs between data and metadata! ${fix}`
          : `${PLURALS[kind]} of the facts that the object API describes`,
    },
    {
      name: `unknown_${kind}_names`,
      status: nameless > unknownNames ? 'warn' : 'pass',
      measured: percent(nameless),
      threshold: `at most ${percent(unknownNames)}`,
      detail: `${percent(nameless)} of ${PLURALS[kind]} have '${unknown}' name${nameless > unknownNames ? `. ${fix}` : ''}`,
    },
    {
      name: `unknown_${kind}_statuses`,
      status: statusless > unknownStatuses ? 'warn' : 'pass',
      measured: percent(statusless),
      threshold: `at most ${percent(unknownStatuses)}`,
      detail: `${percent(statusless)} of ${PLURALS[kind]} have status UNKNOWN${statusless > unknownStatuses ? `. ${fix}` : ''}`,
    },
  ]
}

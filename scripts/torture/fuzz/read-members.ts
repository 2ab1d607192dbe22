import { readAdObjects, readAdObjectsById } from '../../../src/extract/ad-objects.ts'
import type { MarketingApi } from '../../../src/extract/marketing-api.ts'
import type { AdAccount, AdObjectKind, AdObjectRecord } from '../../../src/model/ad-object.ts'
import { DIMENSIONS, type DimensionRow } from '../../../src/model/dimension.ts'
import { type ObjectId, toObjectId } from '../../../src/model/object-id.ts'
import { toDimensionRow } from '../../../src/transform/dimension-members.ts'
import { UnreadableRecord } from '../../../src/transform/unreadable-record.ts'
import { differenceOf, expectedOr } from './compare.ts'
import { Unclear } from './exact-values.ts'
import { expectedMember } from './expected-members.ts'
import type { Judgement, Reading, Usual } from './readings.ts'
import { nodesOf, pagesOf, type ServedRecord } from './served-records.ts'

interface MemberReading {
  readonly kind: AdObjectKind
  readonly account: AdAccount
  readonly minorUnits: number
}

const EDGES = { campaign: 'campaigns', adset: 'adsets', ad: 'ads' } as const

/** The list of an account's objects. */
export function createListReading(reading: MemberReading): Reading {
  const { kind, account } = reading
  const path = `act_${account.accountId}/${EDGES[kind]}`
  return {
    name: EDGES[kind],
    isTarget: (call) => call.path === path,
    async read(api, signal) {
      const records: AdObjectRecord[] = []
      for await (const page of readAdObjects(api, account.accountId, kind, signal)) records.push(...page)
      return (served, usual) => {
        const pages = pagesOf(served.filter((answer) => answer.path === path))
        const judgement = judge(
          reading,
          records,
          pages.flatMap((page) => page.records),
          usual,
        )
        const problems = pages.at(-1)?.saysNext === false ? [] : ['the list was taken to end before its end']
        return { ...judgement, problems: [...judgement.problems, ...problems] }
      }
    },
  }
}

/** The ads of these ids, in a batch. */
export function createBatchReading(reading: MemberReading, ids: readonly ObjectId[]): Reading {
  const { account, kind } = reading
  return {
    name: 'by-id batch',
    isTarget: (call) => call.method === 'POST',
    async read(api: MarketingApi, signal) {
      const records: AdObjectRecord[] = []
      let missing = 0
      for await (const found of readAdObjectsById(api, account.accountId, kind, ids, signal)) {
        records.push(...found.records)
        missing += found.missing.length
      }
      return (served, usual) => {
        const judgement = judge(reading, records, nodesOf(served), usual, missing)
        const isAsked = (record: AdObjectRecord) =>
          ids.some((id) => id === toObjectId(record.id)) || toObjectId(record.id) === null
        const problems = [
          ...(records.length + missing === ids.length ? [] : ['an id has neither a record nor an error']),
          ...(records.every(isAsked) ? [] : ['an object that was not asked for']),
        ]
        return { ...judgement, problems: [...judgement.problems, ...problems] }
      }
    },
  }
}

function judge(
  { kind, account, minorUnits }: MemberReading,
  records: readonly AdObjectRecord[],
  served: readonly ServedRecord[],
  usual: Usual,
  missing = 0,
): Judgement {
  const problems: string[] = []
  const rejected: string[] = []
  const rows = records.flatMap((record): DimensionRow[] => {
    try {
      return [toDimensionRow(kind, record, account)]
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error
      rejected.push(error.message)
      return []
    }
  })
  const expected = served.map(({ source, node }) => ({
    source,
    member: expectedOr(() => expectedMember(kind, node, { id: account.accountId, minorUnits })),
  }))
  const { key } = DIMENSIONS[kind]
  const outcomes = new Map<string, string>()
  const others: DimensionRow[] = []
  for (const row of rows) {
    const found = expected.filter(({ member }) => !(member instanceof Unclear) && member[key] === row[key])
    const differences = found.map(({ member }) =>
      member instanceof Unclear ? null : differenceOf(row, member),
    )
    const exact = found[differences.indexOf(null)]
    if (exact === undefined)
      problems.push(differences[0] ?? `loaded, but nothing clear was served: ${row[key]}`)
    else outcomes.set(exact.source, JSON.stringify(row))
    if (exact === undefined || usual.get(exact.source) !== JSON.stringify(row)) others.push(row)
  }
  // Of several with one id the first counts, so one that was not changed may have been beaten by one that was.
  const ids = new Set(rows.map((row) => row[key]))
  for (const { source, member } of expected) {
    const isLost =
      !(member instanceof Unclear) && !ids.has(String(member[key])) && rejected.length + missing === 0
    if (usual.has(source) && isLost) problems.push('a record that was not changed is lost')
  }
  return {
    outcomes,
    same: rows.length - others.length,
    loaded: others.length,
    rejected,
    problems,
    survivors: { to: 'members', kind, rows: others },
  }
}

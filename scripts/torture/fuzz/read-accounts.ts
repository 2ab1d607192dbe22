import { readAccountTotals } from '../../../src/extract/account-totals.ts'
import { readAdAccount, readAdAccounts } from '../../../src/extract/ad-accounts.ts'
import type { AdAccount, AdObjectRecord } from '../../../src/model/ad-object.ts'
import type { InsightsRequest } from '../../../src/model/slice.ts'
import { toAdAccount } from '../../../src/transform/dimension-members.ts'
import { UnreadableRecord } from '../../../src/transform/unreadable-record.ts'
import { differenceOf, expectedOr } from './compare.ts'
import { Unclear } from './exact-values.ts'
import { expectedAccount, expectedTotal } from './expected-members.ts'
import type { Judgement, Reading, Usual } from './readings.ts'
import { nodesOf, pagesOf, type ServedRecord } from './served-records.ts'

/** The accounts of a token. */
export function createAccountsReading(): Reading {
  const path = 'me/adaccounts'
  return {
    name: path,
    isTarget: (call) => call.path === path,
    async read(api, signal) {
      const records = await readAdAccounts(api, signal)
      return (served, usual) => {
        const pages = pagesOf(served.filter((answer) => answer.path === path))
        return judgeAccounts(
          records,
          pages.flatMap((page) => page.records),
          usual,
        )
      }
    },
  }
}

/** One account. */
export function createAccountReading({ accountId }: AdAccount): Reading {
  return {
    name: 'account node',
    isTarget: (call) => call.path === `act_${accountId}`,
    async read(api, signal) {
      const record = await readAdAccount(api, accountId, signal)
      return (served, usual) => {
        const judgement = judgeAccounts([record], nodesOf(served), usual)
        const { survivors } = judgement
        const others = survivors.to === 'accounts' ? survivors.accounts : []
        const isAnother = others.some((account) => account.accountId !== accountId)
        return isAnother ? { ...judgement, problems: [...judgement.problems, 'another account'] } : judgement
      }
    },
  }
}

function judgeAccounts(
  records: readonly AdObjectRecord[],
  served: readonly ServedRecord[],
  usual: Usual,
): Judgement {
  const rejected: string[] = []
  const accounts = records.flatMap((record) => {
    try {
      return [toAdAccount(record)]
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error
      rejected.push(error.message)
      return []
    }
  })
  const expected = served.map(({ source, node }) => ({
    source,
    account: expectedOr(() => expectedAccount(node)),
  }))
  const problems: string[] = []
  const outcomes = new Map<string, string>()
  const others: AdAccount[] = []
  for (const account of accounts) {
    const { createdTime: _, ...row } = account
    const differences = expected.map((each) =>
      each.account instanceof Unclear ? each.account.message : differenceOf(row, each.account),
    )
    const exact = expected[differences.indexOf(null)]
    if (exact === undefined) problems.push(differences[0] ?? 'nothing was served')
    else outcomes.set(exact.source, JSON.stringify(account))
    if (exact === undefined || usual.get(exact.source) !== JSON.stringify(account)) others.push(account)
  }
  const distinct = new Set(accounts.map(({ accountId }) => accountId))
  if (distinct.size < accounts.length) problems.push('an account comes twice')
  const readable = expected.flatMap(({ account }) =>
    account instanceof Unclear ? [] : [account.accountId ?? ''],
  )
  const isLost = readable.some((id) => ![...distinct].some((each) => each === id))
  if (isLost && rejected.length === 0) problems.push('an account is lost')
  const survivors = { to: 'accounts', accounts: others } as const
  return {
    outcomes,
    same: accounts.length - others.length,
    loaded: others.length,
    rejected,
    problems,
    survivors,
  }
}

/** What the API itself says of an account's days. */
export function createTotalsReading({ accountId, since, until }: InsightsRequest): Reading {
  const path = `act_${accountId}/insights`
  return {
    name: 'account totals',
    isTarget: (call) => call.path === path,
    async read(api, signal) {
      const totals = await readAccountTotals(api, accountId, since, until, signal)
      return (served, usual) => {
        const pages = pagesOf(
          served.filter((answer) => answer.method === 'GET' && answer.path.endsWith('/insights')),
        )
        const expected = pages
          .flatMap((page) => page.records)
          .map(({ source, node }) => ({ source, total: expectedOr(() => expectedTotal(node, accountId)) }))
        const problems = expected.flatMap(({ total }) =>
          total instanceof Unclear ? [`taken, but: ${total.message}`] : [],
        )
        if (pages.at(-1)?.saysNext !== false) problems.push('the list was taken to end before its end')
        const outcomes = new Map<string, string>()
        for (const total of totals) {
          const { accountId: _, ...row } = total
          const same = expected.findLast(
            (each) => !(each.total instanceof Unclear) && each.total.date === total.date,
          )
          if (same === undefined || same.total instanceof Unclear)
            problems.push(`nothing was served for ${total.date}`)
          else {
            const difference = differenceOf(row, same.total)
            if (difference !== null) problems.push(difference)
            outcomes.set(same.source, JSON.stringify(total))
          }
          if (total.date < since || total.date > until) problems.push('a day that was not asked for')
        }
        const others = totals.filter((total) => ![...usual.values()].includes(JSON.stringify(total)))
        return {
          outcomes,
          same: totals.length - others.length,
          loaded: others.length,
          rejected: [],
          problems,
          survivors: { to: 'totals', totals: others },
        }
      }
    },
  }
}

import type { AdObjectKind } from '../../../src/model/ad-object.ts'
import { DIMENSIONS } from '../../../src/model/dimension.ts'
import { ONE } from './exact-units.ts'
import { exactAmount, exactId, exactText, isId, present, Unclear } from './exact-values.ts'
import { type JsonNode, memberOf } from './json-tree.ts'

/** A member of a dimension as an answer says it; money in units. */
export type ExpectedMember = Readonly<Record<string, string | bigint | null>>

const NAMES = { campaign: 'Unknown Campaign', adset: 'Unknown Ad Set', ad: 'Unknown Ad' } as const
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['1', 'ACTIVE'],
  ['2', 'DISABLED'],
  ['3', 'UNSETTLED'],
  ['7', 'PENDING_RISK_REVIEW'],
  ['8', 'PENDING_SETTLEMENT'],
  ['9', 'IN_GRACE_PERIOD'],
  ['100', 'PENDING_CLOSURE'],
  ['101', 'CLOSED'],
  ['201', 'ANY_ACTIVE'],
  ['202', 'ANY_CLOSED'],
])

/** A campaign, ad set or ad of the account, whose currency has so many minor units. Throws Unclear. */
export function expectedMember(
  kind: AdObjectKind,
  record: JsonNode,
  account: { readonly id: string; readonly minorUnits: number },
): ExpectedMember {
  const { key, attributes } = DIMENSIONS[kind]
  const id = exactId(record, 'id')
  if (id === null) throw new Unclear('no id')
  if ((exactIdOrNone(record, 'account_id', 'account_id') ?? account.id) !== account.id)
    throw new Unclear('another account')
  const read = {
    id: (name: string) =>
      name === 'creative_id'
        ? exactIdOrNone(memberOf(record, 'creative') ?? record, 'id', 'creative')
        : exactIdOrNone(record, name, name),
    text: (name: string) => exactText(record, name),
    time: (name: string) => exactTime(record, name),
    money: (name: string) => exactMoney(record, name, account.minorUnits),
  } as const
  const values = Object.entries(attributes).map(([name, attribute]) => [name, read[attribute](name)] as const)
  const member = Object.fromEntries(values)
  return {
    ...member,
    [key]: id,
    name: member.name ?? NAMES[kind],
    status: member.status ?? 'UNKNOWN',
    effective_status: member.effective_status ?? 'UNKNOWN',
  }

  function exactIdOrNone(of: JsonNode, name: string, column: string): string | null {
    const creative = column === 'creative' ? present(record, 'creative') : of
    if (creative === null) return null
    if (creative.kind !== 'object') throw new Unclear('the creative is no object')
    const node = present(of, name)
    return node?.kind === 'text' && node.text === '' ? null : exactId(of, name)
  }
}

/** An ad account. Throws Unclear. */
export function expectedAccount(record: JsonNode): Readonly<Record<string, string | null>> {
  const own = ownId(record)
  const named = exactId(record, 'account_id')
  if (named !== null && own !== null && named !== own) throw new Unclear('two accounts')
  const accountId = named ?? own
  const currency = exactText(record, 'currency')
  const timeZone = exactText(record, 'timezone_name')
  if (accountId === null || timeZone === null) throw new Unclear('no id or no time zone')
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) throw new Unclear('no currency')
  return {
    accountId,
    name: exactText(record, 'name') ?? 'Unknown Account',
    currency,
    timeZone,
    status: statusOf(record),
  }
}

/** `act_` is no part of it. */
function ownId(record: JsonNode): string | null {
  const own = present(record, 'id')
  if (own?.kind !== 'text') return exactId(record, 'id')
  const digits = own.text.replace(/^act_/, '')
  if (!isId(digits)) throw new Unclear('id is no id')
  return digits
}

/** A day's total of an account. Throws Unclear. */
export function expectedTotal(
  record: JsonNode,
  accountId: string,
): Readonly<Record<string, string | bigint>> {
  const date = exactText(record, 'date_start')
  if (date === null || exactText(record, 'date_stop') !== date) throw new Unclear('no day')
  if ((exactId(record, 'account_id') ?? accountId) !== accountId) throw new Unclear('another account')
  return {
    date,
    spend: exactAmount(record, 'spend') ?? 0n,
    impressions: exactAmount(record, 'impressions') ?? 0n,
    clicks: exactAmount(record, 'clicks') ?? 0n,
  }
}

function statusOf(record: JsonNode): string {
  const node = present(record, 'account_status')
  const text = node?.kind === 'text' ? node.text : node?.kind === 'number' ? String(Number(node.source)) : ''
  return STATUSES.get(text) ?? 'UNKNOWN'
}

function exactMoney(record: JsonNode, name: string, minorUnits: number): bigint | null {
  const node = present(record, name)
  if (node?.kind === 'text' && node.text === '') return null
  const units = exactAmount(record, name)
  if (units === null || units === 0n) return null
  if (units % ONE !== 0n) throw new Unclear(`${name} is no amount in minor units`)
  return units / BigInt(minorUnits)
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|[+-](\d\d):?(\d\d))$/

/** A moment as it is written, which there must be in the calendar. */
function exactTime(record: JsonNode, name: string): string | null {
  const text = exactText(record, name)
  if (text === null) return null
  const [, year, month, day, hour, minute, second, offset] = (TIME.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined) throw new Unclear(`${name} is no time`)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isDay =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  if (!isDay || !isTime || year === 0 || (Number.isFinite(offset) && Number(offset) > 15))
    throw new Unclear(`${name} is no time`)
  return text
}

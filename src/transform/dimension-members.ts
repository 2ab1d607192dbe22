import {
  AD_OBJECT_LABELS,
  type AdAccount,
  type AdObjectKind,
  type AdObjectRecord,
  accountIdOf,
} from '../model/ad-object.ts'
import { isCalendarDate } from '../model/calendar-date.ts'
import { minorUnitsOf } from '../model/currency.ts'
import { fromMinorUnits, toCount } from '../model/decimal.ts'
import { DIMENSIONS, type DimensionRow } from '../model/dimension.ts'
import { isJsonObject } from '../model/exact-json.ts'
import { toObjectId } from '../model/object-id.ts'
import { isAbsent, readText } from './read-value.ts'
import { shown, UnreadableRecord } from './unreadable-record.ts'

type AttributeKind = 'id' | 'text' | 'money' | 'time'

/** https://developers.facebook.com/docs/marketing-api/reference/ad-account */
const ACCOUNT_STATUSES: ReadonlyMap<string, string> = new Map([
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

/** `2023-03-17T08:04:31-0700`, or with `Z` or a colon in the offset; PostgreSQL knows no offset of 16 hours. */
const TIME = /^(?<day>\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-5]):?[0-5]\d)$/

/**
 * The dimension row of a campaign, ad set or ad of `account`; money becomes major units of its currency. Throws
 * UnreadableRecord when the record has no id, a value that is none of its kind, or another account.
 */
export function toDimensionRow(
  kind: AdObjectKind,
  record: AdObjectRecord,
  { accountId, currency }: Pick<AdAccount, 'accountId' | 'currency'>,
): DimensionRow {
  const { key, attributes } = DIMENSIONS[kind]
  const id = toObjectId(record.id)
  if (id === null) throw new UnreadableRecord(`id is ${shown(record.id)}, which is not an id`)
  const row: Record<string, string | null> = { [key]: id }
  for (const [name, attributeKind] of Object.entries(attributes)) {
    const field = name === 'creative_id' ? nested(record.creative) : record[name]
    row[name] = toAttribute(attributeKind, name, field, currency)
  }
  if ((row.account_id ?? accountId) !== accountId) {
    throw new UnreadableRecord(`account_id is ${row.account_id}, but ${accountId} was asked for`)
  }
  row.name ??= `Unknown ${AD_OBJECT_LABELS[kind]}`
  row.status ??= 'UNKNOWN'
  row.effective_status ??= 'UNKNOWN'
  return row
}

/** An ad account as the API sends it. Throws UnreadableRecord when its id, currency or time zone is missing. */
export function toAdAccount(record: AdObjectRecord): AdAccount {
  const accountId = accountIdOf(record)
  const currency = readText(record, 'currency')
  const timeZone = readText(record, 'timezone_name')
  if (accountId === null || currency === null || timeZone === null) {
    throw new UnreadableRecord(`the ad account ${shown(record)} lacks its id, currency or time zone`)
  }
  if (!/^[A-Z]{3}$/.test(currency)) refuse('currency', currency)
  return {
    accountId,
    name: readText(record, 'name') ?? 'Unknown Account',
    currency,
    timeZone,
    status: ACCOUNT_STATUSES.get(toCount(record.account_status) ?? '') ?? 'UNKNOWN',
    createdTime: toAttribute('time', 'created_time', record.created_time, currency),
  }
}

function nested(creative: unknown): unknown {
  if (isAbsent(creative)) return undefined
  return isJsonObject(creative) ? creative.id : refuse('creative', creative)
}

function toAttribute(kind: AttributeKind, name: string, value: unknown, currency: string): string | null {
  if (isAbsent(value) || value === '') return null
  switch (kind) {
    case 'id':
      return toObjectId(value) ?? refuse(name, value)
    case 'money': {
      const minor = typeof value === 'number' ? String(value) : value
      if (typeof minor !== 'string' || !/^\d{1,19}$/.test(minor)) return refuse(name, value)
      return /^0+$/.test(minor) ? null : fromMinorUnits(minor, minorUnitsOf(currency))
    }
    case 'time':
      return typeof value === 'string' && isTime(value) ? value : refuse(name, value)
    case 'text':
      return typeof value === 'string' ? value : refuse(name, value)
    default:
      return kind satisfies never
  }
}

function isTime(text: string): boolean {
  const day = TIME.exec(text)?.groups?.day
  return isCalendarDate(day) && !day.startsWith('0000')
}

function refuse(name: string, value: unknown): never {
  throw new UnreadableRecord(`${name} is ${shown(value)}, which cannot be understood`)
}

import { isObjectId, toObjectId } from '../../model/object-id.ts'
import { type ObjectLevel, toObjectLevel } from '../object-level.ts'
import { type Panel, PanelError } from '../panel.ts'
import { readScope, toView, type View } from '../scope.ts'
import { raw, sql } from '../sql.ts'
import { type Change, readChangesOf } from './changes.ts'
import { type Period, readPeriod } from './figures-by-day.ts'

export interface AdObject {
  readonly level: ObjectLevel
  /** That of its own account. */
  readonly view: View
  readonly campaignName: string | null
  /** Columns of its dimension, null ones left out. */
  readonly attributes: Readonly<Record<string, string>>
  readonly current: Period
  readonly previous: Period | null
  readonly changes: readonly Change[]
}

/** One campaign, ad set or ad: `level`, `id`. Throws PanelError when it is not loaded. */
export const object: Panel<AdObject> = async (context) => {
  const level = toObjectLevel(context.params.get('level'))
  const id = context.params.get('id') ?? ''
  if (!isObjectId(id)) throw new PanelError(`“${id.slice(0, 40)}” is not an id.`)
  const [found] = await context.reader.read(
    sql`SELECT * FROM ${raw(`dim_${level}`)} WHERE ${raw(`${level}_id`)} = ${id}::bigint`,
  )
  if (found === undefined) throw new PanelError(`There is no ${level} ${id} in this warehouse.`)
  // Of its own account, whatever accounts the filter has: a link to an object opens it, in its own currency.
  const account = toObjectId(found.account_id)
  const filter = {
    ...context.filter,
    accounts: account ? [account] : [],
    campaigns: [],
    statuses: [],
    currency: null,
  }
  const [campaign] = await context.reader.read(
    sql`SELECT name FROM dim_campaign WHERE campaign_id = ${String(found.campaign_id)}::bigint`,
  )
  const statements = context.reader.statements.length
  const scope = await readScope(filter, context.reader, context.nowMs)
  context.reader.statements.length = statements
  const inside = { ...context, scope }
  const own = sql`f.${raw(`${level}_id`)} = ${id}::bigint`
  return {
    level,
    view: toView(scope),
    campaignName: campaign?.name == null ? null : String(campaign.name),
    attributes: toAttributes(found),
    current: await readPeriod(inside, scope, own),
    previous: scope.previous && (await readPeriod(inside, scope.previous, own)),
    changes: await readChangesOf(inside, level, id),
  }
}

function toAttributes(row: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      value === null ? [] : [[name, value instanceof Date ? value.toISOString() : String(value)]],
    ),
  )
}

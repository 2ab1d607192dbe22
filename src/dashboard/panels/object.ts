import { isObjectId } from '../../model/object-id.ts'
import { type ObjectLevel, toObjectLevel } from '../object-level.ts'
import { type Panel, PanelError } from '../panel.ts'
import { raw, sql } from '../sql.ts'
import { type Change, readChangesOf } from './changes.ts'
import { type Period, readPeriod } from './figures-by-day.ts'

export interface AdObject {
  readonly level: ObjectLevel
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
  // Its own account's, whatever accounts the filter has: a link to an object opens it.
  const scope = {
    ...context.scope,
    campaigns: [],
    statuses: [],
    accounts: [{ ...NO_ACCOUNT, id: String(found.account_id) }],
  }
  const inside = { ...context, scope }
  const own = sql`f.${raw(`${level}_id`)} = ${id}::bigint`
  return {
    level,
    attributes: toAttributes(found),
    current: await readPeriod(inside, scope, own),
    previous: scope.previous && (await readPeriod(inside, scope.previous, own)),
    changes: await readChangesOf(inside, level, id),
  }
}

const NO_ACCOUNT = { name: '', currency: null, timezone: null, first: null, last: null }

function toAttributes(row: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      value === null ? [] : [[name, value instanceof Date ? value.toISOString() : String(value)]],
    ),
  )
}

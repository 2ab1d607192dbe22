import { readAdObjects, readAdObjectsById } from '../extract/ad-objects.ts'
import { GraphError, isGraphError } from '../extract/graph-error.ts'
import type { MarketingApi } from '../extract/marketing-api.ts'
import { loadAdObjects, recordRefused, unlistedIds } from '../load/load-dimensions.ts'
import type { Warehouse } from '../load/session.ts'
import {
  AD_OBJECT_KINDS,
  type AdAccount,
  type AdObjectKind,
  type AdObjectRecord,
} from '../model/ad-object.ts'
import { DIMENSIONS, type DimensionRow } from '../model/dimension.ts'
import { toObjectId } from '../model/object-id.ts'
import { toDimensionRow } from '../transform/dimension-members.ts'
import { allOrStop } from './all-or-stop.ts'
import type { SyncEvent } from './sync-event.ts'
import { toError } from './to-error.ts'

export interface MetadataTools {
  readonly api: MarketingApi
  readonly warehouse: Warehouse
  readonly nowMs: () => number
  readonly onEvent: (event: SyncEvent) => void
  /** Runs `body` when one of the workers for metadata is free. */
  readonly limit: <T>(body: () => Promise<T>) => Promise<T>
}

/** The ids that the API lists, by kind; null where the list could not be read to its end. */
export type ListedIds = Readonly<Record<AdObjectKind, ReadonlySet<string> | null>>

/**
 * Every campaign, ad set and ad that the account lists, into their dimensions. What fails is told as an
 * event and stops nothing; rejects only when the token is refused, when aborted, or for the database.
 */
export async function syncListedObjects(
  account: AdAccount,
  tools: MetadataTools,
  signal: AbortSignal,
): Promise<ListedIds> {
  const { accountId } = account
  const listed: Record<AdObjectKind, ReadonlySet<string> | null> = { campaign: null, adset: null, ad: null }
  await allOrStop(
    AD_OBJECT_KINDS.map(
      (kind) => (stopped) =>
        tools.limit(async () => {
          let records = 0
          const ids = new Set<string>()
          const failed = await apiErrorOf(async () => {
            for await (const page of readAdObjects(tools.api, accountId, kind, stopped)) {
              records += await load(account, kind, page, tools)
              for (const record of page) ids.add(idOf(record))
            }
          })
          if (failed) return tools.onEvent(failure(account, kind, `act_${accountId}`, failed))
          listed[kind] = ids
          tools.onEvent({ type: 'metadata', accountId, kind, records })
        }),
    ),
    signal,
  )
  return listed
}

/**
 * By their ids: the objects that facts name and no list has, and those that have vanished from the list, above
 * all because they were deleted; those that the API does not have once a week. Fails as `syncListedObjects` does.
 */
export async function syncUnlistedObjects(
  account: AdAccount,
  listed: ListedIds,
  tools: MetadataTools,
  signal: AbortSignal,
): Promise<void> {
  const { accountId } = account
  await allOrStop(
    AD_OBJECT_KINDS.map(
      (kind) => (stopped) =>
        tools.limit(async () => {
          const ids = await unlistedIds(tools.warehouse, kind, accountId, listed[kind], tools.nowMs())
          let answered = 0
          const failed = await apiErrorOf(async () => {
            for await (const found of readAdObjectsById(tools.api, accountId, kind, ids, stopped)) {
              await load(account, kind, found.records, tools)
              const gone = found.missing.filter(({ error }) => isGraphError(error, 'not-found'))
              const goneIds = gone.map(({ id }) => id)
              await recordRefused(tools.warehouse, kind, goneIds, tools.nowMs())
              for (const { id, error } of found.missing) tools.onEvent(failure(account, kind, id, error))
              answered += found.records.length + found.missing.length
            }
          })
          if (failed) for (const id of ids.slice(answered)) tools.onEvent(failure(account, kind, id, failed))
        }),
    ),
    signal,
  )
}

/** Loads what can be understood of a page; returns how many records that are. */
async function load(
  account: AdAccount,
  kind: AdObjectKind,
  records: readonly AdObjectRecord[],
  tools: MetadataTools,
): Promise<number> {
  const rows = records.flatMap((record): DimensionRow[] => {
    try {
      return [toDimensionRow(kind, record, account)]
    } catch (error) {
      tools.onEvent(failure(account, kind, idOf(record), toError(error)))
      return []
    }
  })
  const counts = await loadAdObjects(tools.warehouse, kind, account.accountId, rows, tools.nowMs())
  tools.onEvent({ type: 'dimension-loaded', table: DIMENSIONS[kind].table, counts })
  return rows.length
}

/** For people, and among the ids of a list: what is no id names no object. */
function idOf({ id }: AdObjectRecord): string {
  return toObjectId(id) ?? '?'
}

/** The API error by which `body` failed, null when it did not; any other error, and a refused token, is thrown. */
async function apiErrorOf(body: () => Promise<void>): Promise<Error | null> {
  try {
    await body()
    return null
  } catch (error) {
    if (error instanceof GraphError && error.kind !== 'auth') return error
    throw error
  }
}

function failure(account: AdAccount, kind: AdObjectKind, id: string, error: Error): SyncEvent {
  return { type: 'metadata-failed', accountId: account.accountId, kind, id, error }
}

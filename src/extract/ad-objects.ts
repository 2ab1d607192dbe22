import type { AdObjectKind, AdObjectRecord } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import { MAX_BATCH } from './batch.ts'
import { EFFECTIVE_STATUSES } from './effective-status.ts'
import { GraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import type { MarketingApi } from './marketing-api.ts'
import { readPages } from './paginate.ts'

const EDGES = { campaign: 'campaigns', adset: 'adsets', ad: 'ads' } as const satisfies Record<
  AdObjectKind,
  string
>

/** The most that is asked for at once; where that is too much, fewer. */
export const OBJECTS_LIMIT = 500

/**
 * Every object of a kind in an ad account that the API lists, archived ones included, none twice. Deleted
 * ones are not listed: read them by their ids. Throws GraphError.
 */
export async function* readAdObjects(
  api: MarketingApi,
  accountId: ObjectId,
  kind: AdObjectKind,
  signal: AbortSignal,
): AsyncGenerator<AdObjectRecord[], void, undefined> {
  const statuses = EFFECTIVE_STATUSES[kind].filter((status) => status !== 'DELETED')
  const call = {
    accountId,
    path: `act_${accountId}/${EDGES[kind]}`,
    params: { fields: fieldsOf(kind), effective_status: statuses },
  }
  const seen = new Set<unknown>()
  for await (const page of readPages(api, call, { limit: OBJECTS_LIMIT }, signal)) {
    const fresh = page.filter(({ id }) => id === undefined || (!seen.has(id) && seen.add(id)))
    if (fresh.length > 0) yield fresh
  }
}

export interface AdObjectsById {
  /** Deleted ones included. */
  readonly records: readonly AdObjectRecord[]
  /** What could not be read, each with the API's reason. */
  readonly missing: readonly { readonly id: ObjectId; readonly error: GraphError }[]
}

/**
 * The objects with these ids, deleted or not, 50 a request, each request's as soon as it is answered. An object
 * that cannot be read fails alone. Throws GraphError for what concerns all that are left: the token, the network, a
 * rate limit that lasts too long.
 */
export async function* readAdObjectsById(
  api: MarketingApi,
  accountId: ObjectId,
  kind: AdObjectKind,
  ids: readonly ObjectId[],
  signal: AbortSignal,
): AsyncGenerator<AdObjectsById, void, undefined> {
  for (let start = 0; start < ids.length; start += MAX_BATCH) {
    const asked = ids.slice(start, start + MAX_BATCH)
    const reads = asked.map((id) => ({ path: id, params: { fields: fieldsOf(kind) } }))
    const answers = await api.batch(accountId, reads, signal)
    const records: AdObjectRecord[] = []
    const missing: { id: ObjectId; error: GraphError }[] = []
    for (const [index, id] of asked.entries()) {
      const answer = answers[index]
      if (answer instanceof GraphError) missing.push({ id, error: answer })
      else if (answer && (toObjectId(answer.id) ?? id) !== id)
        missing.push({ id, error: notAbout(id, accountId) })
      else if (answer) records.push(answer)
    }
    yield { records, missing }
  }
}

function notAbout(id: ObjectId, accountId: ObjectId): GraphError {
  return new GraphError({
    kind: 'transient',
    what: `GET ${id}`,
    accountId,
    text: 'the answer is about another object',
    fix: FIXES.transient,
  })
}

/** Exactly what the dimension's columns are made of. */
function fieldsOf(kind: AdObjectKind): string {
  const columns = Object.keys(DIMENSIONS[kind].attributes)
  return ['id', ...columns.map((column) => (column === 'creative_id' ? 'creative{id}' : column))].join(',')
}

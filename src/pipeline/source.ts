import type { MarketingApi } from '../extract/marketing-api.ts'
import type { AdAccount } from '../model/ad-object.ts'
import type { ObjectId } from '../model/object-id.ts'

/** Ids, or every account of the token. */
export type AskedAccounts = readonly ObjectId[] | 'all'

/** Ad accounts that are read by one token. */
export interface PipelineSource {
  /** For people; no two have the same. */
  readonly name: string
  /** For insights. */
  readonly api: MarketingApi
  /** For metadata: it gives up early, since the next sync repairs what is missing. */
  readonly metadataApi: MarketingApi
  readonly accounts: AskedAccounts
}

/** A source with the accounts that it alone reads. */
export interface SourceAccounts {
  readonly source: PipelineSource
  readonly accounts: readonly AdAccount[]
}

/**
 * The source that reads an account: the first that names it, else the first that asks for every account of its
 * token, else the first. Undefined when there is none at all.
 */
export function sourceOf<S extends { readonly accounts: AskedAccounts }>(
  sources: readonly S[],
  accountId: ObjectId,
): S | undefined {
  return (
    sources.find(({ accounts }) => accounts !== 'all' && accounts.includes(accountId)) ??
    sources.find(({ accounts }) => accounts === 'all') ??
    sources[0]
  )
}

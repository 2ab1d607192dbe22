import type { ObjectId } from '../model/object-id.ts'

/** What to do about an error of the API; every reaction is decided by it. */
export const GRAPH_ERROR_KINDS = [
  /** The same call may work in a moment. */
  'transient',
  /** A rate limit: the same call works after a pause of the account or the whole app (`scope`). */
  'throttled',
  /** The answer would be too large or take too long: ask for fewer rows at once. */
  'too-much-data',
  /** A report run's result was read before the run had completed. */
  'not-ready',
  /** A paging cursor is no longer valid: read from the first page again. */
  'cursor',
  /** The token or the app secret is wrong or expired: nothing that uses it will work. */
  'auth',
  /** This account or this call is not allowed; other accounts may be. */
  'permission',
  /** The object does not exist or is not visible to this token. */
  'not-found',
  /** The API version has come to its end. */
  'deprecated',
  /** The call itself is wrong, or the error is one that nobody knows: never sent again. */
  'request',
] as const
export type GraphErrorKind = (typeof GRAPH_ERROR_KINDS)[number]

/** What a rate limit holds back: an account in one use case, such as insights; the account in all; everything. */
export type ThrottleScope = 'use-case' | 'account' | 'app'

export interface GraphErrorFacts {
  readonly kind: GraphErrorKind
  /** What happened, without secrets. */
  readonly text: string
  /** Which call failed, e.g. `GET act_1/insights`. */
  readonly what: string
  /** The ad account for which the call was made, null for a call about the token. */
  readonly accountId: ObjectId | null
  /** What to do about it, a sentence. */
  readonly fix?: string
  readonly code?: number | null
  readonly subcode?: number | null
  readonly fbtraceId?: string | null
  readonly httpStatus?: number | null
  readonly isTransient?: boolean
  /** Meta's own words for people, in the language of the token's user. */
  readonly userMessage?: string | null
  readonly scope?: ThrottleScope | null
  /** After how many ms the API says it will answer again; null when it does not say. */
  readonly regainMs?: number | null
  /** For `too-much-data`: false when the query itself took too long, however few rows a page has. */
  readonly smallerPagesHelp?: boolean
  /** Without secrets. */
  readonly cause?: Error
}

/** Any failure of a call to the Marketing API, its transport included. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  readonly kind: GraphErrorKind
  readonly what: string
  readonly accountId: ObjectId | null
  readonly code: number | null
  readonly subcode: number | null
  readonly fbtraceId: string | null
  readonly httpStatus: number | null
  readonly isTransient: boolean
  readonly userMessage: string | null
  readonly scope: ThrottleScope | null
  readonly regainMs: number | null
  readonly smallerPagesHelp: boolean

  constructor(facts: GraphErrorFacts) {
    super(toMessage(facts), facts.cause ? { cause: facts.cause } : undefined)
    this.kind = facts.kind
    this.what = facts.what
    this.accountId = facts.accountId
    this.code = facts.code ?? null
    this.subcode = facts.subcode ?? null
    this.fbtraceId = facts.fbtraceId ?? null
    this.httpStatus = facts.httpStatus ?? null
    this.isTransient = facts.isTransient ?? false
    this.userMessage = facts.userMessage ?? null
    this.scope = facts.kind === 'throttled' ? (facts.scope ?? 'account') : null
    this.regainMs = facts.regainMs ?? null
    this.smallerPagesHelp = facts.smallerPagesHelp ?? true
  }
}

/** True for a GraphError of one of the given kinds. */
export function isGraphError(error: unknown, ...kinds: readonly GraphErrorKind[]): error is GraphError {
  return error instanceof GraphError && kinds.includes(error.kind)
}

/** `GET act_1/insights: (#17) User request limit reached (code 17, subcode …, fbtrace_id …). What to do.` */
function toMessage(facts: GraphErrorFacts): string {
  const account =
    facts.accountId === null || facts.what.includes(facts.accountId) ? '' : ` (act_${facts.accountId})`
  const marks = [
    facts.code == null ? null : `code ${facts.code}`,
    facts.subcode == null ? null : `subcode ${facts.subcode}`,
    facts.code == null && facts.httpStatus != null ? `HTTP ${facts.httpStatus}` : null,
    facts.fbtraceId == null ? null : `fbtrace_id ${facts.fbtraceId}`,
  ].filter((mark) => mark !== null)
  const parts = [
    `${facts.what}${account}: ${facts.text.replace(/[.\s]+$/, '')}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}.`,
    facts.userMessage && !facts.text.includes(facts.userMessage) ? facts.userMessage : null,
    facts.fix,
  ]
  return parts.filter((part) => part != null).join(' ')
}

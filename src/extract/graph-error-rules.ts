import type { GraphErrorKind, ThrottleScope } from './graph-error.ts'

/** What the API's error codes mean, and what a person can do about each. */
export interface GraphErrorRule {
  readonly code: number
  /** The last code of a range, included. */
  readonly upTo?: number
  /** Absent: whatever the subcode. */
  readonly subcode?: number
  /** Only for codes that mean several things. Meta's texts are localised: nothing else goes by them. */
  readonly text?: RegExp
  readonly kind: GraphErrorKind
  readonly scope?: ThrottleScope
  readonly smallerPagesHelp?: false
  /** Absent: the sentence of the kind. */
  readonly fix?: string
}

const NEW_TOKEN =
  'make a new token with ads_read and put it into FACEBOOK_ACCESS_TOKEN, or the variable that its source names.'
const REDUCE = /reduce the amount of data/i

/**
 * The first rule that fits decides, so the special ones of a code stand before its general one.
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling,
 * https://developers.facebook.com/docs/marketing-api/error-reference and …/insights/error-codes.
 */
export const GRAPH_ERROR_RULES: readonly GraphErrorRule[] = [
  // Report runs report negative codes of their own; only the subcode says anything.
  { code: -3, subcode: 1504045, kind: 'too-much-data' },
  { code: -2, subcode: 2490547, kind: 'transient' },
  { code: 1, text: REDUCE, kind: 'too-much-data' },
  { code: 1, kind: 'transient' },
  { code: 2, subcode: 1504038, kind: 'too-much-data', smallerPagesHelp: false },
  {
    code: 2,
    subcode: 1504041,
    kind: 'request',
    fix: 'The breakdowns do not go together or have no data; change the report.',
  },
  {
    code: 2,
    subcode: 1504042,
    kind: 'request',
    fix: 'A custom metric is invalid; remove it from the fields.',
  },
  { code: 2, kind: 'transient' },
  {
    code: 3,
    kind: 'permission',
    fix: 'The app lacks the capability for this call; add the Marketing API product to the app.',
  },
  { code: 4, kind: 'throttled', scope: 'app' },
  {
    code: 10,
    kind: 'permission',
    fix: 'Grant ads_read to the app and assign the ad account to the user of the token.',
  },
  { code: 17, kind: 'throttled', scope: 'account' },
  { code: 32, kind: 'throttled', scope: 'account' },
  {
    code: 100,
    subcode: 33,
    kind: 'not-found',
    fix: 'Check the id, and that the user of the token is assigned to the ad account: Meta answers the same in both cases.',
  },
  { code: 100, subcode: 2642, kind: 'cursor' },
  { code: 100, subcode: 1487534, kind: 'too-much-data' },
  { code: 100, subcode: 1504018, kind: 'too-much-data', smallerPagesHelp: false },
  {
    code: 100,
    subcode: 1815001,
    kind: 'request',
    fix: 'An edge does not list deleted objects; read them by their ids.',
  },
  { code: 100, subcode: 1815107, kind: 'not-ready' },
  {
    code: 100,
    subcode: 3191001,
    kind: 'permission',
    fix: 'Assign the ad account to the user of the token with permission to view its performance.',
  },
  {
    code: 100,
    text: /appsecret_proof/,
    kind: 'auth',
    fix: 'Set FACEBOOK_APP_SECRET, or the variable that the source names, to the secret of the app to which the token belongs (App settings → Basic).',
  },
  // A completed run may deny the columns that it was asked for, for a moment.
  { code: 100, text: /cannot include .* in summary param/i, kind: 'transient' },
  { code: 100, text: REDUCE, kind: 'too-much-data' },
  { code: 100, text: /\bcursors?\b/i, kind: 'cursor' },
  { code: 100, kind: 'request' },
  {
    code: 101,
    kind: 'auth',
    fix: 'FACEBOOK_APP_ID and FACEBOOK_APP_SECRET do not belong together; copy both from App settings → Basic.',
  },
  { code: 102, kind: 'auth', fix: `The session of the token has ended; ${NEW_TOKEN}` },
  { code: 104, kind: 'auth', fix: 'The signature is wrong; check FACEBOOK_APP_SECRET.' },
  { code: 105, kind: 'request', fix: 'Ask for fewer fields.' },
  {
    code: 190,
    subcode: 458,
    kind: 'auth',
    fix: `The user has removed the app; log in to the app again, then ${NEW_TOKEN}`,
  },
  {
    code: 190,
    subcode: 459,
    kind: 'auth',
    fix: 'Facebook wants to check the user; log in at www.facebook.com and follow the steps there.',
  },
  { code: 190, subcode: 460, kind: 'auth', fix: `The user's password has changed; ${NEW_TOKEN}` },
  {
    code: 190,
    subcode: 463,
    kind: 'auth',
    fix: `The token has expired; ${NEW_TOKEN} A system-user token need not expire.`,
  },
  {
    code: 190,
    subcode: 464,
    kind: 'auth',
    fix: 'The user is not confirmed; log in at www.facebook.com and confirm the account.',
  },
  { code: 190, subcode: 467, kind: 'auth', fix: `The token was revoked or is damaged; ${NEW_TOKEN}` },
  {
    code: 190,
    subcode: 492,
    kind: 'auth',
    fix: `The user no longer has a role that this token needs; ask an admin of the business, then ${NEW_TOKEN}`,
  },
  { code: 190, kind: 'auth', fix: `The token is invalid or expired; ${NEW_TOKEN}` },
  {
    code: 270,
    kind: 'permission',
    fix: 'The access tier of the app does not allow this account; ask for full access to the Marketing API.',
  },
  {
    code: 294,
    kind: 'permission',
    fix: 'Grant ads_read (or ads_management) to the app and make a new token.',
  },
  {
    code: 200,
    upTo: 299,
    kind: 'permission',
    fix: 'The owner of the ad account must grant ads_read: assign the account to the user of the token, and the scope to the token.',
  },
  { code: 341, kind: 'throttled', scope: 'app' },
  {
    code: 368,
    kind: 'permission',
    fix: 'Meta has blocked this for its policies; see the account quality page, then wait.',
  },
  { code: 506, kind: 'request' },
  { code: 613, kind: 'throttled', scope: 'account' },
  { code: 803, kind: 'request', fix: 'Check the ids: Meta does not know one of them.' },
  { code: 960, kind: 'transient' },
  {
    code: 2500,
    kind: 'request',
    fix: 'Check FACEBOOK_API_VERSION (vNN.N) and FACEBOOK_GRAPH_URL, and that a token is sent.',
  },
  { code: 2635, kind: 'deprecated' },
  { code: 2642, kind: 'cursor' },
  { code: 3001, kind: 'request' },
  {
    code: 3018,
    kind: 'request',
    fix: 'Meta keeps insights for 37 months, counted in the time zone of the ad account; ask for later days.',
  },
  { code: 80000, upTo: 80006, kind: 'throttled', scope: 'use-case' },
  { code: 80008, upTo: 80009, kind: 'throttled', scope: 'use-case' },
  { code: 80014, kind: 'throttled', scope: 'use-case' },
  { code: -999, upTo: -1, kind: 'transient' },
]

/** What to do about an error whose rule says nothing special. */
export const FIXES: Readonly<Record<GraphErrorKind, string>> = {
  transient: 'This passes by itself; run the same again later.',
  throttled: 'Wait, or use fewer workers: calls during the block prolong it.',
  'too-much-data': 'Ask for fewer days at once (chunkDays) or for fewer fields.',
  'not-ready': 'The report run has not completed yet; run the same again later.',
  cursor: 'The list has to be read from its start; run the same again.',
  auth: `Check the token: ${NEW_TOKEN}`,
  permission: 'Grant ads_read for this ad account to the user of the token.',
  'not-found': 'Check the id, and that the user of the token may see it.',
  deprecated: 'Set FACEBOOK_API_VERSION to a newer version.',
  request: 'Sending it again does not help; please report it if no setting of yours caused it.',
}

/**
 * The rule for an error; null when nobody knows it. Negative codes are found by their subcode alone.
 */
export function findErrorRule(
  code: number | null,
  subcode: number | null,
  text: string,
): GraphErrorRule | null {
  if (code === null) return null
  if (code < 0) {
    const named = GRAPH_ERROR_RULES.find((rule) => rule.subcode !== undefined && rule.subcode === subcode)
    if (named) return named
  }
  const rule = GRAPH_ERROR_RULES.find(
    (rule) =>
      code >= rule.code &&
      code <= (rule.upTo ?? rule.code) &&
      (rule.subcode === undefined || rule.subcode === subcode) &&
      (rule.text === undefined || rule.text.test(text)),
  )
  return rule ?? null
}

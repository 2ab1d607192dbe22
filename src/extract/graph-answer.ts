import { isJsonObject, type JsonObject, parseExactJson } from '../model/exact-json.ts'
import type { CallSubject } from './api-call.ts'
import { GraphError, type GraphErrorKind } from './graph-error.ts'
import { FIXES, findErrorRule } from './graph-error-rules.ts'
import { redact } from './redact.ts'

/** What came back for a call, as text. */
export interface RawAnswer {
  readonly status: number
  readonly text: string
  /** When the answer's headers say that a limit ends; null when they do not. */
  readonly regainMs: number | null
}

/** Characters of an error's text that people get to see, and that may say what it means. */
const MAX_TEXT = 1_000

/** Kinds that Meta's word `is_transient` overrules; the others have a reaction of their own. */
const FINAL_KINDS: ReadonlySet<GraphErrorKind> = new Set([
  'auth',
  'permission',
  'not-found',
  'deprecated',
  'request',
])

/**
 * The JSON in an answer: an object, or a list for a batch. Throws GraphError for everything else, also
 * when the status is 200: an answer that is cut, empty or not JSON is never taken for empty data.
 */
export function parseGraphAnswer(
  answer: RawAnswer,
  subject: CallSubject,
  secrets: readonly string[],
): JsonObject | readonly unknown[] {
  const body = parseBody(answer, subject, secrets)
  if (isJsonObject(body) && Object.hasOwn(body, 'error') && body.error !== null) {
    throw parseGraphError(body.error, answer, subject, secrets)
  }
  if (answer.status >= 400 || (!isJsonObject(body) && !Array.isArray(body))) {
    throw brokenAnswer(answer, subject, secrets)
  }
  return body
}

/** The error in Meta's envelope `{message, code, error_subcode, …}`. */
export function parseGraphError(
  envelope: unknown,
  answer: { readonly status: number | null; readonly regainMs: number | null },
  subject: CallSubject,
  secrets: readonly string[],
): GraphError {
  const fields = isJsonObject(envelope) ? envelope : { message: envelope }
  const text = (value: unknown): string | null =>
    typeof value === 'string' && value !== '' ? redact(value, secrets).slice(0, MAX_TEXT) : null
  const code = toInteger(fields.code)
  const subcode = toInteger(fields.error_subcode)
  const message = text(fields.message) ?? 'an error without a message'
  const isTransient = fields.is_transient === true
  const rule = findErrorRule(code, subcode, message)
  // An error without a code is not Meta's: something between us and Meta has answered.
  const known = rule?.kind ?? (code === null ? 'transient' : 'request')
  const kind = isTransient && FINAL_KINDS.has(known) ? 'transient' : known
  const userTexts = [fields.error_user_title, fields.error_user_msg].map(text).filter((each) => each !== null)
  return new GraphError({
    ...subject,
    kind,
    code,
    subcode,
    isTransient,
    httpStatus: answer.status,
    regainMs: answer.regainMs,
    text: message,
    userMessage: userTexts.length === 0 ? null : userTexts.join(': '),
    fbtraceId: text(fields.fbtrace_id),
    scope: rule?.scope ?? null,
    smallerPagesHelp: rule?.smallerPagesHelp ?? true,
    fix: (kind === known ? rule?.fix : undefined) ?? FIXES[kind],
  })
}

function parseBody(answer: RawAnswer, subject: CallSubject, secrets: readonly string[]): unknown {
  try {
    return parseExactJson(answer.text)
  } catch {
    throw brokenAnswer(answer, subject, secrets)
  }
}

function brokenAnswer(answer: RawAnswer, subject: CallSubject, secrets: readonly string[]): GraphError {
  const start = redact(answer.text, secrets).replace(/\s+/g, ' ').trim().slice(0, 80)
  return new GraphError({
    ...subject,
    kind: 'transient',
    text: start === '' ? 'the answer is empty' : `the answer is not what the API sends: ${start}`,
    httpStatus: answer.status,
    fix: FIXES.transient,
  })
}

function toInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

import { describe, expect, it } from 'vitest'
import { parseGraphError } from '../../src/extract/graph-answer.ts'
import { GRAPH_ERROR_KINDS, GraphError, type GraphErrorKind } from '../../src/extract/graph-error.ts'
import { FIXES, findErrorRule, GRAPH_ERROR_RULES } from '../../src/extract/graph-error-rules.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { envelope, REDUCE, SECRET } from './support/test-api.ts'

const SUBJECT = { what: 'GET act_1/insights', accountId: parseAccountId('1') }
const PROOF_WRONG = 'Invalid appsecret_proof provided in the API argument'
const PROOF_MISSING = 'API calls from the server require an appsecret_proof argument'
const SUMMARY = "(#100) Cannot include reach, spend in summary param because they weren't there"

/** Meta's tables of errors: code, subcode, what it has to be taken for, and its text where that decides. */
const META: readonly (readonly [number, number | undefined, GraphErrorKind | 'app', string?])[] = [
  [-3, 1504045, 'too-much-data'],
  [-2, 2490547, 'transient'],
  [-1, 1504018, 'too-much-data'],
  [-1, 3191001, 'permission'],
  [-1, undefined, 'transient'],
  [1, undefined, 'transient'],
  [1, 99, 'transient'],
  [1, undefined, 'too-much-data', REDUCE],
  [1, 99, 'too-much-data', REDUCE],
  [2, undefined, 'transient'],
  [2, 1504038, 'too-much-data'],
  [2, 1504041, 'request'],
  [2, 1504042, 'request'],
  [2, 1504043, 'transient'],
  [2, 1504044, 'transient'],
  [3, undefined, 'permission'],
  [4, undefined, 'app'],
  [4, 1504022, 'app'],
  [4, 1504039, 'app'],
  [10, undefined, 'permission'],
  [17, undefined, 'throttled'],
  [17, 2446079, 'throttled'],
  [32, undefined, 'throttled'],
  [100, undefined, 'request'],
  [100, 33, 'not-found'],
  [100, undefined, 'too-much-data', REDUCE],
  [100, 2642, 'cursor'],
  [100, 1487534, 'too-much-data'],
  [100, 1504018, 'too-much-data'],
  [100, 1815001, 'request'],
  [100, 1815107, 'not-ready'],
  [100, 3191001, 'permission'],
  [100, undefined, 'auth', PROOF_WRONG],
  [100, undefined, 'auth', PROOF_MISSING],
  [100, undefined, 'transient', SUMMARY],
  [100, undefined, 'cursor', 'Invalid cursors values'],
  [101, undefined, 'auth'],
  [102, undefined, 'auth'],
  [104, undefined, 'auth'],
  [105, undefined, 'request'],
  ...[undefined, 458, 459, 460, 463, 464, 467, 492].map((subcode) => [190, subcode, 'auth'] as const),
  [200, undefined, 'permission'],
  [270, undefined, 'permission'],
  [272, undefined, 'permission'],
  [294, undefined, 'permission'],
  [299, undefined, 'permission'],
  [341, undefined, 'app'],
  [368, undefined, 'permission'],
  [506, undefined, 'request'],
  ...[undefined, 1487742, 5044001, 1996].map((subcode) => [613, subcode, 'throttled'] as const),
  [803, undefined, 'request'],
  [960, undefined, 'transient'],
  [2500, undefined, 'request'],
  [2635, undefined, 'deprecated'],
  [2642, undefined, 'cursor'],
  [3001, undefined, 'request'],
  [3018, undefined, 'request'],
  ...[80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014].map(
    (code) => [code, undefined, 'throttled'] as const,
  ),
  [80000, 2446079, 'throttled'],
  [80004, 2446079, 'throttled'],
]

function errorOf(code: number, subcode?: number, fields: Parameters<typeof envelope>[2] = {}): GraphError {
  return parseGraphError(envelope(code, subcode, fields), { status: 400, regainMs: null }, SUBJECT, [])
}

describe('the table of error codes', () => {
  const cases = META.map(([code, subcode, expected, message]) => ({ code, subcode, expected, message }))

  it.each(cases)(
    'takes code $code, subcode $subcode for $expected',
    ({ code, subcode, expected, message }) => {
      const error = errorOf(code, subcode, message === undefined ? {} : { message })
      const ofAccount = code >= 80000 ? 'use-case' : 'account'
      const scope = expected === 'app' ? 'app' : expected === 'throttled' ? ofAccount : null
      expect({ kind: error.kind, scope: error.scope }).toEqual({
        kind: expected === 'app' ? 'throttled' : expected,
        scope,
      })
    },
  )

  it('has no rule that an earlier one hides, and none that Meta’s tables do not know', () => {
    const used = new Set(
      META.map(([code, subcode, , text]) =>
        findErrorRule(code, subcode ?? null, text ?? 'something is wrong'),
      ),
    )
    expect(GRAPH_ERROR_RULES.filter((rule) => !used.has(rule))).toEqual([])
  })

  it('never takes an unknown code for one that passes by itself', () => {
    for (const code of [0, 5, 99, 199, 300, 800008, 80007, 80010, 123456]) {
      expect(errorOf(code).kind, `code ${code}`).toBe('request')
    }
  })

  it('believes is_transient, except where another reaction is called for', () => {
    const kinds = (code: number, subcode?: number, message = 'x') =>
      errorOf(code, subcode, { is_transient: true, message }).kind
    expect([kinds(123456), kinds(100), kinds(10), kinds(190)]).toEqual(Array(4).fill('transient'))
    expect([kinds(17, 2446079), kinds(4), kinds(1, 99, REDUCE), kinds(2642), kinds(100, 1815107)]).toEqual([
      'throttled',
      'throttled',
      'too-much-data',
      'cursor',
      'not-ready',
    ])
  })

  it('tells a query that takes too long from an answer that is too heavy', () => {
    expect([errorOf(100, 1504018), errorOf(2, 1504038)].map((error) => error.smallerPagesHelp)).toEqual([
      false,
      false,
    ])
    expect(errorOf(1, 99, { message: REDUCE }).smallerPagesHelp).toBe(true)
  })
})

describe('the message of an error', () => {
  it('says what happened, where, the codes and what to do', () => {
    const error = errorOf(190, 463, { message: 'Error validating access token: Session has expired.' })
    expect(error.message).toBe(
      'GET act_1/insights: Error validating access token: Session has expired ' +
        '(code 190, subcode 463, fbtrace_id AbCdTrace). The token has expired; make a new token with ads_read ' +
        'and put it into FACEBOOK_ACCESS_TOKEN, or the variable that its source names. A system-user token need not expire.',
    )
  })

  it('has a sentence that says what to do, for every rule and every kind', () => {
    for (const { fix } of GRAPH_ERROR_RULES) expect(fix ?? FIXES.auth).toMatch(/^[A-Z].*\.$/)
    for (const kind of GRAPH_ERROR_KINDS) expect(FIXES[kind]).toMatch(/^[A-Z].*\.$/)
  })

  it.each([
    [190, 460, 'password'],
    [200, undefined, 'ads_read'],
    [10, undefined, 'ads_read'],
    [100, 33, 'assigned to the ad account'],
    [2635, undefined, 'FACEBOOK_API_VERSION'],
    [3018, undefined, '37 months'],
  ])('names the remedy of %s/%s', (code, subcode, remedy) => {
    expect(errorOf(code, subcode).message).toContain(remedy)
  })

  it('names the app secret when the proof is missing or wrong', () => {
    for (const message of [PROOF_WRONG, PROOF_MISSING]) {
      expect(errorOf(100, undefined, { message }).message).toContain('FACEBOOK_APP_SECRET')
    }
  })

  it('adds Meta’s words for people and the account that is not in the address', () => {
    const fields = { error_user_title: 'Too Many Calls', error_user_msg: 'Please wait a bit.' }
    const error = parseGraphError(
      envelope(17, 2446079, fields),
      { status: 400, regainMs: 60_000 },
      { what: 'GET 99/insights', accountId: parseAccountId('act_777') },
      [],
    )
    expect(error.message).toMatch(
      /^GET 99\/insights \(act_777\): .* Too Many Calls: Please wait a bit\. Wait, or/,
    )
    expect(error).toMatchObject({ userMessage: 'Too Many Calls: Please wait a bit.', regainMs: 60_000 })
    expect(error).toBeInstanceOf(GraphError)
  })

  it.each(['. '.repeat(500_000), 'cannot include '.repeat(70_000), 'x'.repeat(1_000_000)])(
    'is not longer than anybody reads, and found at once',
    (text) => {
      const fields = { message: `${text}x`, error_user_msg: text }
      expect(errorOf(100, undefined, fields).message.length).toBeLessThan(3_000)
    },
  )

  it('is cut where no secret ends before it has been hidden', () => {
    const message = `${'x'.repeat(990)} ${SECRET}`
    const answer = { status: 400, regainMs: null }
    const subject = { what: 'GET 1', accountId: null }
    const error = parseGraphError(envelope(100, undefined, { message }), answer, subject, [SECRET])
    expect(error.message).not.toContain(SECRET.slice(0, 6))
  })
})

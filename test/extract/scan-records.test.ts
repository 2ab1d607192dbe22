import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordScanner } from '../../src/extract/scan-records.ts'
import type { JsonObject } from '../../src/model/exact-json.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { COUNT_FIELDS, LIST_FIELDS, READ_FIELDS, TEXT_FIELDS } from '../../src/model/record-layout.ts'
import { answerOf, decoded, pageOf, scanned } from '../support/answers.ts'

const COUNT = fc.nat({ max: 10_000 }).map(String)
const AMOUNT = fc.nat({ max: 1_000_000 }).map((cents) => (cents / 100).toFixed(2))
const ITEMS = fc.uniqueArray(
  fc.record(
    {
      action_type: fc.constantFrom('link_click', '\ufefflink_click', 'omni_purchase', 'lead', 'Größe'),
      value: AMOUNT,
      '1d_click': COUNT,
      '7d_click': COUNT,
      action_target_id: fc.constant('7'),
    },
    { requiredKeys: ['action_type', 'value'] },
  ),
  { selector: ({ action_type }) => action_type, maxLength: 4 },
)

/** What the API usually sends of a field. */
function usual(field: string): fc.Arbitrary<unknown> {
  if ((LIST_FIELDS as readonly string[]).includes(field)) return ITEMS
  if ((COUNT_FIELDS as readonly string[]).includes(field)) return COUNT
  if ((TEXT_FIELDS as readonly string[]).includes(field))
    return fc.constantFrom(
      '120213328950940106',
      '2026-03-01',
      'female',
      '65+',
      '',
      'Größe 👍',
      '\ufeffGröße',
      'a "b" \\ \n',
    )
  return AMOUNT
}

const usualRecord: fc.Arbitrary<InsightRecord> = fc.record(
  {
    ...Object.fromEntries(READ_FIELDS.map((field) => [field, usual(field)])),
    buying_type: fc.constant('AUCTION'),
  },
  { requiredKeys: [] },
)

/** Where no escape is, whose place in the bytes the API may choose, JSON.stringify writes as it does. */
const anyRecord = fc.oneof(
  usualRecord,
  fc.dictionary(fc.constantFrom(...READ_FIELDS, '__proto__', 'x'), fc.jsonValue({ depthSize: 'medium' })),
)

/** What came of an answer: its records and what stands beside them, or that it is none. */
function read(bytes: Uint8Array, by: (bytes: Uint8Array) => JsonObject) {
  try {
    const { data, ...beside } = by(bytes)
    return { records: [...pageOf({ data })], beside }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return 'no answer'
    throw error
  }
}

describe('a scanned answer', () => {
  it('has the records and all else that it has when it is decoded, whatever they hold', () => {
    const scanner = new RecordScanner()
    const spaced = (text: string) => text.replaceAll('","', '", "')
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 6 }), fc.boolean(), (records, hasSpace) => {
        const text = new TextDecoder().decode(answerOf(records, { cursors: { after: 'A' } }))
        const bytes = new TextEncoder().encode(hasSpace ? spaced(text) : text)
        expect(read(bytes, (each) => scanned(each, scanner))).toEqual(read(bytes, decoded))
      }),
    )
  })

  it('is no other than when it is decoded after any of its bytes were changed, added or lost', () => {
    const change = fc.record({
      at: fc.nat({ max: 999_983 }),
      removed: fc.nat({ max: 2 }),
      added: fc.constantFrom(
        '',
        '"',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '0',
        '.',
        '-',
        'e',
        '\\',
        'null',
        '\n',
        'é',
      ),
    })
    fc.assert(
      fc.property(
        fc.array(usualRecord, { minLength: 1, maxLength: 3 }),
        change,
        (records, { at, removed, added }) => {
          const bytes = answerOf(records)
          const place = at % bytes.length
          const changed = Buffer.concat([
            bytes.subarray(0, place),
            Buffer.from(added),
            bytes.subarray(place + removed),
          ])
          expect(read(changed, scanned)).toEqual(read(changed, decoded))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('is scanned as by a new scanner after one that was damaged anywhere', () => {
    const records = fc.array(usualRecord, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(fc.tuple(records, records, fc.nat()), { maxLength: 5 }), (pairs) => {
        const scanner = new RecordScanner()
        for (const [lost, whole, at] of pairs) {
          const bytes = answerOf(lost)
          const cut = new Uint8Array(bytes)
          cut[at % bytes.length] = 0x5c
          scanner.scan(cut)
          const page = pageOf(scanned(answerOf(whole), scanner))
          const fresh = pageOf(scanned(answerOf(whole)))
          for (let i = 0; i < page.length; i += 1) {
            expect(page.plainAt(i) === null).toBe(fresh.plainAt(i) === null)
            expect({ ...page.textsAt(i) }).toEqual({ ...fresh.textsAt(i) })
          }
          expect([...page]).toEqual(whole)
        }
      }),
    )
  })

  it('cannot be read any more once the next one is scanned, so that none of its figures is taken for another', () => {
    const scanner = new RecordScanner()
    const page = pageOf(scanned(answerOf([{ ad_id: '1' }, { ad_id: 2 }]), scanner))
    scanned(answerOf([{ ad_id: '3' }]), scanner)
    expect(() => page.textsAt(0)).toThrow(RangeError)
    expect(() => page.plainAt(0)).toThrow(RangeError)
    expect(() => [...page]).toThrow(RangeError)
    expect(page.at(1)).toEqual({ ad_id: 2 })
  })

  it('leaves what the API usually sends in its bytes', () => {
    const record = {
      account_id: '1',
      ad_id: '2',
      ad_name: 'Größe "L"',
      spend: '1.50',
      impressions: '7',
      actions: [{ action_type: 'link_click', value: '3', '7d_click': '2' }],
      date_start: '2026-03-01',
      objective: 'LEADS',
    }
    const page = pageOf(scanned(answerOf([record, { ad_id: '3' }, { ...record, actions: [] }])))
    expect([0, 1, 2].map((index) => page.plainAt(index) !== null)).toEqual([true, true, true])
    expect(page.textsAt(0)).toMatchObject({ account_id: '1', ad_name: 'Größe "L"', age: undefined })
  })

  it.each<[string, InsightRecord]>([
    ['a bare number', { ad_id: 12 }],
    ['null', { spend: null }],
    ['a negative number', { spend: '-1' }],
    ['a number with an exponent', { spend: '1e3' }],
    ['a fraction of a count', { clicks: '1.5' }],
    ['a number that may be too large', { clicks: '1234567890123' }],
    ['an empty number', { reach: '' }],
    ['a list of another kind', { actions: ['1'] }],
    ['an action without a value', { actions: [{ action_type: 'lead' }] }],
    ['an action without a type', { actions: [{ value: '1' }] }],
    ['an action type with an escape', { actions: [{ action_type: 'a"b', value: '1' }] }],
    ['an object', { creative: { id: '7' } }],
  ])('decodes a record with %s, and only that', (_name, odd) => {
    const page = pageOf(scanned(answerOf([{ ad_id: '1' }, odd, { ad_id: '3' }])))
    expect([0, 1, 2].map((index) => page.plainAt(index) !== null)).toEqual([true, false, true])
    expect([...page]).toEqual([{ ad_id: '1' }, odd, { ad_id: '3' }])
  })

  it.each([
    ['is empty', ''],
    ['is cut', '{"data":[{"ad_id":"1"}'],
    ['has an error beside its records', '{"data":[],"error":{"code":1}}'],
    ['has its records twice', '{"data":[],"data":[{"ad_id":"1"}]}'],
    ['has its records twice, the others empty', '{"data":[{"ad_id":"1"}],"d\\u0061ta":[]}'],
    ['has a comma after its records', '{"data":[],}'],
    ['has a byte order mark before a record', '{"data":[\ufeff{"ad_id":"1","clicks":1}]}'],
    ['is nested too deeply', `{"data":[{"x":${'['.repeat(98)}${']'.repeat(98)}}]}`],
    ['begins with something else', '{"paging":{},"data":[]}'],
    ['has a record that is a list', '{"data":[[]]}'],
    ['has a comma too many', '{"data":[{},]}'],
    ['has something after its end', '{"data":[]}}'],
    ['is no UTF-8', Buffer.from([...Buffer.from('{"data":[{"ad_name":"'), 0xff, ...Buffer.from('"}]}')])],
  ])('that %s is left to who decodes it', (_name, text) => {
    expect(new RecordScanner().scan(Buffer.from(text as string))).toBeNull()
  })
})

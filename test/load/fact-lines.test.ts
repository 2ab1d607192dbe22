import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DayDigests } from '../../src/load/day-digests.ts'
import { FactLines } from '../../src/load/fact-lines.ts'
import { factRow } from '../support/fact-rows.ts'
import { propertyOptions } from '../support/property-options.ts'

const TABLE = 'fact_country_metrics'
const DAYS = [20241028, 20241029, 20241030]

it('digest of the days of a load does not depend on when its rows were moved out of memory', () => {
  const row = fc.record({
    day: fc.constantFrom(...DAYS),
    isKnown: fc.boolean(),
    spend: fc.integer({ min: 0, max: 99 }),
    isCutBefore: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const digestsOf = (isCut: boolean) => {
        const lines = new FactLines(TABLE)
        const digests = new DayDigests()
        rows.forEach(({ day, isKnown, spend, isCutBefore }, ad) => {
          if (isCut && isCutBefore) {
            lines.digestTo(digests)
            lines.clear()
          }
          const values = { date_id: String(day), spend: String(spend) }
          lines.add([factRow(TABLE, values, ad + 1)], new Map([['country', () => (isKnown ? '7' : '0')]]))
        })
        lines.digestTo(digests)
        return DAYS.map((day) => digests.get(day))
      }
      expect(digestsOf(true)).toEqual(digestsOf(false))
    }),
    propertyOptions(5),
  )
})

it('combines no rows of different members, however large their ids are', () => {
  const table = 'fact_age_gender_metrics'
  const lines = new FactLines(table)
  const idOf = (value: string | null) => value ?? '0'
  const ids = new Map([['age_group', idOf] as const, ['gender', idOf] as const])
  const rows = [
    { age_group: null, gender: '4096' },
    { age_group: '1', gender: null },
    { age_group: null, gender: '9007199254740993' },
    { age_group: null, gender: '9007199254740992' },
    { age_group: '4096', gender: null },
    { age_group: null, gender: null, date_id: '20241029' },
  ]
  lines.add(
    rows.map((values) => factRow(table, { ...values, spend: '1' })),
    ids,
  )
  lines.digestTo(new DayDigests())
  const { chunks } = lines.finished(new Set(DAYS), new Map())
  const written = String(Buffer.concat([...chunks]))
    .trimEnd()
    .split('\n')
  expect(written.map((line) => line.split('\t').slice(3, 5).join('/'))).toEqual(
    rows.map(({ age_group, gender }) => `${age_group ?? 0}/${gender ?? 0}`),
  )
  expect(lines.hasRepeats).toBe(false)
})

import { expect, it } from 'vitest'
import { READ_FIELDS } from '../../src/model/record-layout.ts'
import { REPORTS } from '../../src/model/report.ts'

it('has a slot for each field and breakdown that a report asks for', () => {
  const asked = Object.values(REPORTS).flatMap(({ fields, breakdowns }) => [...fields, ...breakdowns])
  expect(asked.filter((field) => !READ_FIELDS.includes(field))).toEqual([])
  expect(new Set(READ_FIELDS).size).toBe(READ_FIELDS.length)
})

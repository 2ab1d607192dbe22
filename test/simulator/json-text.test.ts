import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toJsonText } from '../../src/simulator/graph/json-text.ts'

it('writes what JSON.stringify writes, whatever the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(toJsonText({ a: value }, 'none')).toBe(JSON.stringify({ a: value }))
    }),
  )
})

it('bares ids, all or every other one, without losing a digit, and leaves other text alone', () => {
  const value = {
    id: '120213328950940104',
    ad_id: '120213328950940105',
    name: '120213328950940106',
    account: { id: 'act_1' },
    campaign_id: '0',
    absent: undefined,
    list: [{ adset_id: '9007199254740993' }],
  }
  expect(toJsonText(value, 'all')).toBe(
    '{"id":120213328950940104,"ad_id":120213328950940105,"name":"120213328950940106","account":{"id":"act_1"},"campaign_id":"0","list":[{"adset_id":9007199254740993}]}',
  )
  expect(toJsonText(value, 'half')).toContain('{"id":120213328950940104,"ad_id":"120213328950940105"')
})

import { expect, it } from 'vitest'
import { createAccountTime } from '../../src/simulator/world/account-time.ts'

it('writes times as Meta does: the zone of the account, its offset without a colon', () => {
  const at = Date.parse('2023-03-17T15:04:31.900Z')
  const format = (timeZone: string) => createAccountTime(timeZone).format(at)
  expect(format('America/Los_Angeles')).toBe('2023-03-17T08:04:31-0700')
  expect(format('Asia/Kolkata')).toBe('2023-03-17T20:34:31+0530')
  expect(format('Europe/London')).toBe('2023-03-17T15:04:31+0000')
  expect(createAccountTime('Asia/Kolkata').offsetHours(at)).toBe(5.5)
})

it("knows the account's day, and how much of it is over", () => {
  const time = createAccountTime('Asia/Tokyo')
  const at = Date.parse('2026-03-01T21:00:00Z')
  expect(time.dayOf(at)).toBe('2026-03-02')
  expect(time.dayFraction(at)).toBe(0.25)
})

import { describe, expect, it } from 'vitest'
import { versionWarning } from '../../src/extract/api-versions.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'

describe('an API version', () => {
  it.each([
    ['v24.0', '2026-08-06', null],
    ['v24.0', '2026-08-07', 'ends its support of v24.0 on 2026-10-06, in 60 days'],
    ['v24.0', '2026-10-06', 'in 0 days'],
    ['v24.0', '2026-11-24', 'has ended its support of v24.0 on 2026-10-06'],
    ['v26.0', '2026-11-24', null],
    ['v26.0', '2027-06-01', 'Meta has not announced when v26.0 ends'],
    ['v99.0', '2026-11-24', null],
  ])('%s on %s', (version, today, expected) => {
    const warning = versionWarning(version, parseCalendarDate(today))
    if (expected === null) expect(warning).toBeNull()
    else expect(warning).toContain(expected)
  })
})

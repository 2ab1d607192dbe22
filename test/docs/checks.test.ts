import { expect, it } from 'vitest'
import { migrate } from '../../src/load/migrate.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { runChecks } from '../../src/quality/checks.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { markdownFiles } from './markdown-files.ts'

it('docs/operations.md explains each check', async () => {
  const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
  try {
    await migrate(warehouse)
    const day = parseCalendarDate('2026-11-01')
    const checks = await runChecks((sql, params) => warehouse.use((session) => session.query(sql, params)), {
      accounts: [],
      since: day,
      until: day,
      reports: REPORT_NAMES,
      thresholds: DEFAULT_THRESHOLDS,
      seenIds: { campaign: new Set(), adset: new Set(), ad: new Set() },
      refusedFields: [],
      runId: '1',
    })
    const page = markdownFiles().get('docs/operations.md') ?? ''
    expect(checks.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([])
    expect(checks.length).toBeGreaterThan(15)
  } finally {
    await warehouse.close()
  }
})

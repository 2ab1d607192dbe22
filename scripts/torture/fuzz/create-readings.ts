import { AD_OBJECT_KINDS, type AdAccount } from '../../../src/model/ad-object.ts'
import { addDays, type CalendarDate } from '../../../src/model/calendar-date.ts'
import { parseAccountId } from '../../../src/model/object-id.ts'
import { REPORT_NAMES } from '../../../src/model/report.ts'
import type { WorldAccount } from '../../../src/simulator/world/world-objects.ts'
import type { SeenCall } from './mutated-fetch.ts'
import { createAccountReading, createAccountsReading, createTotalsReading } from './read-accounts.ts'
import { createFactReading } from './read-facts.ts'
import { createBatchReading, createListReading } from './read-members.ts'
import type { Reading } from './readings.ts'

/** So that each report has a few pages. */
const PAGE_LIMITS = { core: 3, age_gender: 50, country: 15 } as const

/** Everything that the program reads of an account, the last of its days being `today`. */
export function createReadings(world: WorldAccount, today: CalendarDate): Reading[] {
  const account: AdAccount = {
    accountId: parseAccountId(world.id),
    name: world.name,
    currency: world.currency,
    timeZone: world.timeZone,
    status: 'ACTIVE',
    createdTime: null,
  }
  const days = { accountId: account.accountId, since: addDays(today, -2), until: addDays(today, -1) }
  const direct = REPORT_NAMES.map((report) =>
    createFactReading({
      name: `insights ${report}`,
      isTarget: (call) => call.path.endsWith('/insights'),
      request: { ...days, report },
      size: { mode: 'sync', pageLimit: PAGE_LIMITS[report], days: null, campaigns: null },
    }),
  )
  const run = (name: string, isTarget: (call: SeenCall) => boolean) =>
    createFactReading({
      name: `report run: ${name}`,
      isTarget,
      request: { ...days, report: 'core' },
      size: { mode: 'async', pageLimit: PAGE_LIMITS.core, days: null, campaigns: null },
    })
  const lists = AD_OBJECT_KINDS.map((kind) => createListReading({ kind, account, minorUnits: world.offset }))
  const ids = world.ads.map(({ id }) => parseAccountId(id))
  return [
    ...direct,
    run('start', ({ method }) => method === 'POST'),
    run('node', ({ method, path }) => method === 'GET' && /^\d+$/.test(path)),
    run('result', ({ method, path }) => method === 'GET' && /^\d+\/insights$/.test(path)),
    ...lists,
    createBatchReading({ kind: 'ad', account, minorUnits: world.offset }, ids),
    createAccountsReading(),
    createAccountReading(account),
    createTotalsReading({ ...days, report: 'core' }),
  ]
}

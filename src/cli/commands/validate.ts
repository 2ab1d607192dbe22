import { readKnownAccounts } from '../../load/known-accounts.ts'
import type { Warehouse } from '../../load/session.ts'
import type { ObjectId } from '../../model/object-id.ts'
import { validateWarehouse } from '../../pipeline/validate-warehouse.ts'
import { parseAccounts } from '../config.ts'
import { type Context, openForReading, variablesOf, type WarehouseFlags } from '../context.ts'
import { type DateFlags, parseAskedDays } from '../dates.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { checkCounts, checkLines } from '../render/check-lines.ts'
import { UsageError } from '../usage-error.ts'

export interface ValidateFlags extends DateFlags, WarehouseFlags {
  readonly account?: readonly string[]
}

/** The data-quality report on what is loaded. */
export async function validate(flags: ValidateFlags, context: Context): Promise<ExitStatus> {
  const variables = variablesOf(context)
  const settings = readSettings(context.folder, variables)
  const asked = parseAskedDays(flags, context.clock.now())
  const accounts = flags.account ? parseAccounts(flags.account.join(',')) : 'all'
  const warehouse = await openForReading(context, flags)
  try {
    const report = await validateWarehouse(
      warehouse,
      { accounts, asked, reports: settings.reports, thresholds: settings.validation },
      context.clock.now(),
    )
    if (accounts !== 'all') await refuseUnknown(warehouse, accounts)
    if (context.output.json) context.output.result(JSON.stringify(report, null, 2))
    if (report.since === null) {
      context.output.say('Nothing is loaded of these accounts and days, so nothing was checked.', 'problem')
      return EXIT.failed
    }
    const hasFailed = report.checks.some((check) => check.status === 'fail')
    context.output.say(`${report.accounts.length} accounts, ${report.since} to ${report.until}`, 'title')
    for (const { text, tone } of checkLines(report.checks)) context.output.say(text, tone)
    context.output.say(checkCounts(report.checks), hasFailed ? 'problem' : 'title')
    return hasFailed ? EXIT.checkFailed : EXIT.done
  } finally {
    await warehouse.close()
  }
}

/** Throws UsageError when an account was never synced into the warehouse. */
async function refuseUnknown(warehouse: Warehouse, accounts: readonly ObjectId[]): Promise<void> {
  const known = (await readKnownAccounts(warehouse)).map((account) => account.accountId)
  const unknown = accounts.filter((accountId) => !known.includes(accountId))
  if (unknown.length === 0) return
  const list = (ids: readonly ObjectId[]) => ids.map((id) => `act_${id}`).join(', ')
  throw new UsageError(
    `--account: ${list(unknown)} is not in this warehouse; it holds ${list(known) || 'none'}.`,
  )
}

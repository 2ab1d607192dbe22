import { validateWarehouse } from '../../pipeline/validate-warehouse.ts'
import { parseAccountFlags, refuseUnknown } from '../asked-accounts.ts'
import { type Context, openForReading, variablesOf, type WarehouseFlags } from '../context.ts'
import { type DateFlags, parseAskedDays } from '../dates.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { checkCounts, checkLines } from '../render/check-lines.ts'

export interface ValidateFlags extends DateFlags, WarehouseFlags {
  readonly account?: readonly string[]
}

/** The data-quality report on what is loaded. */
export async function validate(flags: ValidateFlags, context: Context): Promise<ExitStatus> {
  const variables = variablesOf(context)
  const settings = readSettings(context.folder, variables)
  const asked = parseAskedDays(flags, context.clock.now())
  const accounts = parseAccountFlags(flags.account)
  const warehouse = await openForReading(context, flags)
  try {
    const report = await validateWarehouse(
      warehouse,
      { accounts: accounts ?? 'all', asked, reports: settings.reports, thresholds: settings.validation },
      context.clock.now(),
    )
    await refuseUnknown(warehouse, accounts)
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

import { validateWarehouse } from '../../pipeline/validate-warehouse.ts'
import { parseAccounts } from '../config.ts'
import { type Context, openForReading, variablesOf, type WarehouseFlags } from '../context.ts'
import { type DateFlags, parseAskedDays } from '../dates.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { checkLines } from '../render/check-lines.ts'

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
    const failed = report.checks.filter((check) => check.status === 'fail').length
    const warned = report.checks.filter((check) => check.status === 'warn').length
    if (context.output.json) context.output.result(JSON.stringify(report, null, 2))
    if (report.since === null) {
      context.output.say('Nothing is loaded yet. Run fbads sync.')
      return EXIT.done
    }
    context.output.say(`${report.accounts.length} accounts, ${report.since} to ${report.until}`, 'title')
    for (const { text, tone } of checkLines(report.checks)) context.output.say(text, tone)
    context.output.say(
      `${report.checks.length - failed - warned} checks passed, ${warned} warned, ${failed} failed.`,
      failed > 0 ? 'problem' : 'title',
    )
    return failed > 0 ? EXIT.checkFailed : EXIT.done
  } finally {
    await warehouse.close()
  }
}

import { withArchiveLock } from '../../load/archive/archive-lock.ts'
import { restoreMonth } from '../../load/archive/restore-month.ts'
import { markRestored } from '../../load/archive/restored-mark.ts'
import { monthsOf } from '../../load/fact-months.ts'
import { migrate } from '../../load/migrate.ts'
import { applyRetention, previewRetention } from '../../pipeline/retention.ts'
import { type Context, openForReading, openWarehouse, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { countOf, departedLine, dueLine, keptLine } from '../render/retention-lines.ts'
import { archiveFolderOf, parseMonth, retentionOrder } from '../retention-order.ts'
import type { Settings } from '../settings.ts'
import { UsageError } from '../usage-error.ts'

interface ArchiveFlags {
  readonly before?: string
  readonly restore?: string
  readonly drop?: boolean
  readonly dryRun?: boolean
}

/** Moves old months out of the warehouse into files, or brings one back. */
export async function archive(flags: ArchiveFlags, context: Context): Promise<ExitStatus> {
  const settings = readSettings(context.folder, variablesOf(context))
  if (flags.restore === undefined) return leave(flags, settings, context)
  if (flags.before !== undefined || flags.drop || flags.dryRun)
    throw new UsageError('--restore stands alone: it names the one month that comes back.')
  return restore(flags.restore, settings, context)
}

async function leave(
  { before, drop = false, dryRun = false }: ArchiveFlags,
  settings: Settings,
  context: Context,
): Promise<ExitStatus> {
  const { output, clock, signal } = context
  const order = retentionOrder(
    settings,
    before === undefined ? null : parseMonth('--before', before),
    context,
  )
  if (drop && order.folder !== null)
    throw new UsageError(
      '--drop is for months that nobody keeps, and archiveFolder is set: leave out one of the two.',
    )
  if (order.folder === null && !drop && !settings.retentionDrop && !dryRun)
    throw new UsageError(
      'archiveFolder is not set, so that the months would be gone for good. Set it, or say so with --drop.',
    )
  const warehouse = await openForReading(context, {}, 2)
  try {
    const onMonth = (month: Parameters<typeof departedLine>[0]) => output.say(departedLine(month), 'good')
    const { months, kept } = dryRun
      ? await previewRetention(warehouse, order)
      : await applyRetention(warehouse, order, { nowMs: clock.now(), onMonth }, signal)
    const stays = order.before.slice(0, 7)
    const folder = order.folder?.location ?? null
    if (output.json)
      output.result(JSON.stringify({ folder, before: stays, dry_run: dryRun, months, kept }, null, 2))
    if (dryRun) for (const month of months) output.say(dueLine(month))
    for (const month of kept) output.say(keptLine(month), 'warning')
    if (months.length === 0) output.say(`No month before ${stays} is to leave the warehouse.`)
    else if (dryRun) output.say(`These would be ${folder === null ? 'dropped' : `archived in ${folder}`}.`)
    else if (folder !== null) output.say(`They are in ${folder}; fbads archive --restore brings one back.`)
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}

async function restore(text: string, settings: Settings, context: Context): Promise<ExitStatus> {
  const { output, clock } = context
  const first = parseMonth('--restore', text)
  const folder = archiveFolderOf(settings, context)
  if (folder === null)
    throw new UsageError('archiveFolder is not set. Set it to where the archived months are.')
  const warehouse = await openWarehouse(context, variablesOf(context), 2)
  try {
    await migrate(warehouse)
    for (const month of monthsOf(first, first)) {
      const restored = await withArchiveLock(warehouse, async () => {
        const done = await restoreMonth(warehouse, folder, month)
        await markRestored(folder, month, clock.now())
        return done
      })
      if (output.json)
        output.result(JSON.stringify({ folder: folder.location, month: text, ...restored }, null, 2))
      output.say(
        restored.slices === 0
          ? `${text} is in the warehouse already.`
          : `✓ ${text}: ${countOf(restored)} of facts are back, ${restored.slices.toLocaleString('en-US')} slices`,
        'good',
      )
    }
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}

import { ArchiveError } from '../load/archive/archive-folder.ts'
import { DatabaseError } from '../load/database-error.ts'
import type { Warehouse } from '../load/session.ts'
import type { Context } from './context.ts'
import { EXIT, type ExitStatus } from './exit-status.ts'
import { departedLine } from './render/retention-lines.ts'
import { isAutomatic, retentionOrder } from './retention-order.ts'
import type { Settings } from './settings.ts'

/**
 * Lets old months go after a sync where the settings say how. What hinders it does not undo the sync: it is told, and
 * of a sync that was done makes one that is done in part; the next one tries again.
 */
export async function retainAfterSync(
  warehouse: Warehouse,
  settings: Settings,
  status: ExitStatus,
  context: Context,
): Promise<ExitStatus> {
  if (!isAutomatic(settings)) return status
  // Few syncs let months go, and the formats of archives take a tenth of a second to load.
  const { applyRetention } = await import('../pipeline/retention.ts')
  const { output, clock, signal } = context
  const onMonth = (month: Parameters<typeof departedLine>[0]) => output.say(departedLine(month), 'good')
  try {
    await applyRetention(
      warehouse,
      retentionOrder(settings, null, context),
      { nowMs: clock.now(), onMonth },
      signal,
    )
    return status
  } catch (error) {
    if (!(error instanceof ArchiveError || error instanceof DatabaseError)) throw error
    output.say(
      `⚠️ WARNING: old months were not ${settings.archiveFolder === null ? 'dropped' : 'archived'}: ${error.message}`,
      'warning',
    )
    return status === EXIT.done ? EXIT.partial : status
  }
}

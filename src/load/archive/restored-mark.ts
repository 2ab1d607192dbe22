import type { FactMonth } from '../fact-months.ts'
import type { ArchiveFolder } from './archive-folder.ts'
import { monthFolder } from './manifest.ts'

/** A month that somebody has brought back is there for a reason: by age alone it does not go again. */
export function isRestored(folder: ArchiveFolder, month: FactMonth): Promise<boolean> {
  return folder.exists(pathOf(month))
}

/** Goes with the month's files when it is archived again. */
export async function markRestored(folder: ArchiveFolder, month: FactMonth, nowMs: number): Promise<void> {
  if (!(await isRestored(folder, month)))
    await folder.write(pathOf(month), new TextEncoder().encode(`${new Date(nowMs).toISOString()}\n`))
}

function pathOf(month: FactMonth): string {
  return `${monthFolder(month)}/restored`
}

import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { FolderOwner } from '../load/folder-lock.ts'

/** This process, for the lock of the embedded warehouse. */
export function thisProcess(command: string): FolderOwner {
  const startedAt = startOf(process.pid) ?? String(Math.round(performance.timeOrigin))
  return {
    pid: process.pid,
    host: hostname(),
    startedAt,
    command,
    isAlive(pid, began) {
      // After a restart in a container this process may have the id of a dead one.
      if (pid === process.pid) return began === startedAt
      return exists(pid) && (startOf(pid) ?? began) === began
    },
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * When a process began, in ticks since the machine did: field 22 of Linux's /proc/pid/stat. Null elsewhere, and
 * when there is no such process.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets, the second field, may hold spaces and brackets itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

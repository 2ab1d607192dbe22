import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished } from 'vitest'

/** What keeps a process alive; not timers, of which the test runner has some of its own. */
const RESOURCES = ['TCPSocketWrap', 'TCPServerWrap', 'PipeWrap', 'ProcessWrap', 'FSEventWrap']
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtException', 'unhandledRejection']

/** Sockets and processes end some turns after they were told to. */
const PATIENCE_MS = 5_000

/** After each test: no socket, server, process or listener of the process that was not there before. */
beforeEach(() => {
  const before = countOpen()
  onTestFinished(async () => {
    const deadline = Date.now() + PATIENCE_MS
    while (Date.now() < deadline && !isWithin(countOpen(), before)) await sleep(10)
    const after = countOpen()
    expect(
      isWithin(after, before),
      `left behind: ${JSON.stringify(after)}, before: ${JSON.stringify(before)}`,
    ).toBe(true)
  })
})

function countOpen(): Record<string, number> {
  const active = process.getActiveResourcesInfo()
  const counts = RESOURCES.map((name) => [name, active.filter((each) => each === name).length])
  const listeners = SIGNALS.map((name) => [name, process.listenerCount(name)])
  return Object.fromEntries([...counts, ...listeners])
}

function isWithin(after: Record<string, number>, before: Record<string, number>): boolean {
  return Object.entries(after).every(([name, count]) => count <= (before[name] ?? 0))
}

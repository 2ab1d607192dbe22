/**
 * Loaded into each thread of a process that runs with --expose-gc: looks again and again at what is left after a
 * garbage collection, and writes it into a file: that of the program when the process ends, and beside it the most
 * that the embedded database, which has a thread of its own, has had.
 */
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { EMBEDDED, type UsedMemory } from './used-memory.ts'

const EVERY_MS = 200
const file = process.env.TORTURE_MEMORY_FILE ?? ''

function used(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

if (isMainThread) {
  const program: number[] = []
  const look = () => program.push(used())
  setInterval(look, EVERY_MS).unref()
  process.once('exit', () => {
    look()
    const found: Omit<UsedMemory, 'embedded'> = { program, resident: process.resourceUsage().maxRSS * 1024 }
    writeFileSync(file, JSON.stringify(found))
  })
} else {
  let most = 0
  setInterval(() => {
    const now = used()
    if (now <= most) return
    most = now
    writeFileSync(`${file}${EMBEDDED}`, String(most))
  }, EVERY_MS).unref()
}

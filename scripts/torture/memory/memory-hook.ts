/**
 * Loaded into a process that runs with --expose-gc: looks again and again at what is left after a garbage collection,
 * and writes it into a file when the process ends.
 */
import { writeFileSync } from 'node:fs'
import type { UsedMemory } from './used-memory.ts'

declare const WebAssembly: { Memory: new (descriptor: object) => object }

const EVERY_MS = 200
const program: number[] = []
let embedded = 0
let isEmbedded = false

WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: object) {
    super(descriptor)
    isEmbedded = true
  }
}

function look(): void {
  globalThis.gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  // Of what is neither in the heap nor a buffer, next to everything is the embedded database.
  const database = isEmbedded ? external - arrayBuffers : 0
  program.push(heapUsed + external - database)
  embedded = Math.max(embedded, database)
}

setInterval(look, EVERY_MS).unref()
process.once('exit', () => {
  look()
  const used: UsedMemory = { program, embedded, resident: process.resourceUsage().maxRSS * 1024 }
  writeFileSync(process.env.TORTURE_MEMORY_FILE ?? '', JSON.stringify(used))
})

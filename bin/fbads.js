#!/usr/bin/env node
// Plain JavaScript, so that an old Node.js can still say what is wrong.
import { existsSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`fbads needs Node.js 22.18 or newer; this is ${process.version}.\n`)
  process.exit(1)
}

// Through these commands millions of rows pass, and the garbage collector would take 128 MB for the newest objects.
// With 32 MB a sync needs a fifth less memory, and as much CPU time. V8 must be told before it starts, so this process
// becomes the same program with that flag, unless somebody has set it.
const MANY_ROWS = ['sync', 'worker', 'demo', 'serve']
const FLAG = '--max-semi-space-size'
const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) => text.includes(FLAG))
if (!given && process.platform !== 'win32' && process.argv.some((word) => MANY_ROWS.includes(word))) {
  const flags = [`${FLAG}=16`, ...process.execArgv]
  process.execve?.(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], process.env)
}

// A checkout runs its sources; the published package holds only the compiled ones.
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href
)
await main(process.argv)

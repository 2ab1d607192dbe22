#!/usr/bin/env node
// Plain JavaScript, so that an old Node.js can still say what is wrong.
import { existsSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`fbads needs Node.js 22.18 or newer; this is ${process.version}.\n`)
  process.exit(1)
}

// A checkout runs its sources; the published package holds only the compiled ones.
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href
)
await main(process.argv)

/**
 * Tries out at length what must hold whatever happens.
 *
 *   npm run torture                          each of them
 *   npm run torture -- kill faults           some
 *   npm run torture -- --short               the share that every change must pass
 *   npm run torture -- kill --runs 5 --seed 7
 *   npm run torture -- database --write      what pages show of it becomes what is seen now; then npm run docs
 *
 * Exits with 1 when one did not hold. What happens by chance is decided by the seed, which is told.
 */
import { parseArgs } from 'node:util'
import { database } from './torture/database.ts'
import { faults } from './torture/faults.ts'
import { fleet } from './torture/fleet.ts'
import { fuzz } from './torture/fuzz.ts'
import { kill } from './torture/kill.ts'
import { large } from './torture/large.ts'
import { memory } from './torture/memory.ts'
import { throttle } from './torture/throttle.ts'
import type { Torture } from './torture/torture.ts'

const TORTURES: Readonly<Record<string, Torture>> = {
  database,
  faults,
  fleet,
  fuzz,
  kill,
  large,
  memory,
  throttle,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
  },
})
const tell = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

for (const name of positionals.length > 0 ? positionals : Object.keys(TORTURES)) {
  const torture = TORTURES[name]
  if (torture === undefined)
    throw new Error(`There is no "${name}"; there are ${Object.keys(TORTURES).join(', ')}.`)
  const runs = Number(values.runs ?? (values.short ? torture.runs.short : torture.runs.full))
  const seed = Number(values.seed)
  tell(`── ${name}: ${torture.about} (--runs ${runs} --seed ${seed})`)
  const began = performance.now()
  const held = await torture.run({ runs, seed, tell, write: values.write })
  tell(`${held ? '✓' : '✗'} ${name}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
  if (!held) process.exitCode = 1
}

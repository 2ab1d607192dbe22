/**
 * How fast a sync is, beside the least that its machine allows.
 *
 *   npm run bench                            each scenario, five times; fleet once
 *   npm run bench -- first again             some of them
 *   npm run bench -- sizes --repeats 3 --svg docs/images/sizes.svg
 *   npm run bench -- --database postgres://…   on your own server, in schemas bench_…, which are dropped
 *
 * Starts a server of its own without --database. Needs psql. Prints tables on stderr and JSON on stdout.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { benchCapacity } from './capacity.ts'
import { drawSizes } from './draw-sizes.ts'
import { type FirstSync, firstSync } from './first-sync.ts'
import { fleetRuns } from './fleet.ts'
import { seconds } from './measure.ts'
import { askQuestions } from './questions.ts'
import { secondSync } from './second-sync.ts'
import { FAR_AWAY, PEERS, type SlowApiSync, slowApiSync } from './slow-api.ts'
import type { BenchOptions } from './with-place.ts'

const SIZE = { accounts: 4, ads: 200, days: 90 }
const SIZES = [1, 4, 16].map((accounts) => ({ accounts, ads: 100, days: 90 }))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: 'string', default: '5' },
    database: { type: 'string' },
    psql: { type: 'string', default: 'psql' },
    svg: { type: 'string' },
  },
})

const options: BenchOptions = {
  repeats: Number(values.repeats),
  database: values.database ?? null,
  psql: values.psql,
  tell: (line) => process.stderr.write(`${line}\n`),
}

const SCENARIOS: Readonly<Record<string, () => Promise<unknown>>> = {
  first: () => told(firstSync(SIZE, 'server', options)),
  embedded: () => told(firstSync(SIZE, 'embedded', options)),
  async sizes() {
    const results: FirstSync[] = []
    for (const size of SIZES) results.push(await told(firstSync(size, 'server', options)))
    if (values.svg !== undefined) await writeFile(values.svg, drawSizes(results))
    return results
  },
  async again() {
    const result = await secondSync(options)
    options.tell(
      `${result.rows} rows again: ${seconds(result.wallMs)}, ${result.ratio.toFixed(2)} × fetching and decoding alone; ` +
        `${JSON.stringify(result.written)} written, ${result.logTuples} tuples of the log; ` +
        `WAL ${result.walKb.toFixed(0)} KB, ${result.walBesideLogKb.toFixed(0)} KB beside the log`,
    )
    const { changed, written, walKb } = result.restated
    options.tell(
      `one in ten days restated: ${changed} facts changed, ${written} tuples written, WAL ${walKb.toFixed(0)} KB`,
    )
    return result
  },
  peers: () => toldSlow(slowApiSync(PEERS, options)),
  'far-away': () => toldSlow(slowApiSync(FAR_AWAY, options)),
  questions: () => askQuestions(options),
  capacity: () => benchCapacity(options),
  fleet: () => fleetRuns(options),
}

async function told(running: Promise<FirstSync>): Promise<FirstSync> {
  const result = await running
  const { rows, megabytes, calls, wallMs, cpuMs, peakRssMb, parseMs, copyMs, ratio } = result
  options.tell(
    `${rows} rows, ${megabytes.toFixed(0)} MB, ${calls} calls: ${seconds(wallMs)}, CPU ${seconds(cpuMs)}, ` +
      `peak ${peakRssMb.toFixed(0)} MB, ${Math.round((rows / wallMs) * 1000)} rows/s, ` +
      `${(megabytes / (wallMs / 1000)).toFixed(0)} MB/s; JSON.parse ${seconds(parseMs)}, copy ${seconds(copyMs)}: ` +
      `${ratio.toFixed(2)} × the floor`,
  )
  return result
}

async function toldSlow(running: Promise<SlowApiSync>): Promise<SlowApiSync> {
  const result = await running
  const { rows, calls, requests, wallMs, boundMs, ratio } = result
  options.tell(
    `${rows} rows, ${calls} calls in ${requests} requests: ${seconds(wallMs)}, ` +
      `${ratio.toFixed(2)} × the ${seconds(boundMs)} that waiting takes`,
  )
  return result
}

const results: Record<string, unknown> = {}
for (const name of positionals.length > 0 ? positionals : Object.keys(SCENARIOS)) {
  const run = SCENARIOS[name]
  if (run === undefined)
    throw new Error(`There is no "${name}"; there are ${Object.keys(SCENARIOS).join(', ')}.`)
  options.tell(`── ${name}`)
  results[name] = await run()
}
process.stdout.write(
  `${JSON.stringify({ at: new Date().toISOString(), node: process.version, ...results }, null, 2)}\n`,
)

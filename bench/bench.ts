/**
 * How fast a sync is, beside the least that its machine allows.
 *
 *   npm run bench                            the first sync, five times, on PostgreSQL and embedded
 *   npm run bench -- --repeats 3 --ads 400
 *   npm run bench -- --database postgres://…
 *
 * Without --database it starts a server of its own. Prints a table on stderr and JSON on stdout.
 */
import { parseArgs } from 'node:util'
import { firstSync } from './first-sync.ts'

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '4' },
    ads: { type: 'string', default: '200' },
    days: { type: 'string', default: '90' },
    database: { type: 'string' },
    psql: { type: 'string', default: 'psql' },
    embedded: { type: 'boolean', default: false },
  },
})

const result = await firstSync({
  repeats: Number(values.repeats),
  accounts: Number(values.accounts),
  ads: Number(values.ads),
  days: Number(values.days),
  database: values.database ?? null,
  psql: values.psql,
  embedded: values.embedded,
  tell: (line) => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)

/**
 * Writes the made parts of the pages in `docs`: what stands between `<!-- made: … -->` and `<!-- end -->` comes from
 * the settings, the command line, the schema, the table of error codes. With `--check` it writes nothing, names the
 * pages that are out of date, and exits with 1 when there are any.
 *
 *   node scripts/write-docs.ts [--check]
 */
import { writeFileSync } from 'node:fs'
import { readPages } from './docs/pages.ts'

const stale = (await readPages()).filter(({ text, made }) => text !== made)
for (const { path, url, made } of stale) {
  if (!process.argv.includes('--check')) {
    writeFileSync(url, made)
    continue
  }
  process.stderr.write(`${path} is not what the code says. Run node scripts/write-docs.ts.\n`)
  process.exitCode = 1
}

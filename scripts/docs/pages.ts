import { readFileSync } from 'node:fs'
import { migrate } from '../../src/load/migrate.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { commandBlocks } from './command-blocks.ts'
import { errorBlocks } from './error-blocks.ts'
import { faultBlocks } from './fault-blocks.ts'
import { type Blocks, fillBlocks } from './fill-blocks.ts'
import { schemaBlocks } from './schema-blocks.ts'
import { settingsBlocks } from './settings-blocks.ts'
import { simulatorBlocks } from './simulator-blocks.ts'

const ROOT = new URL('../../', import.meta.url)

/** The pages that have made parts. */
const MADE_PAGES = ['docs/configuration.md', 'docs/data-model.md', 'docs/operations.md', 'docs/simulator.md']

export interface Page {
  readonly path: string
  readonly url: URL
  /** As it is. */
  readonly text: string
  /** With its made parts as the code has them now. */
  readonly made: string
}

/** Reads each page and makes its parts anew; the schema's from an embedded warehouse in memory. */
export async function readPages(): Promise<Page[]> {
  const blocks = await allBlocks()
  return MADE_PAGES.map((path) => {
    const url = new URL(path, ROOT)
    const text = readFileSync(url, 'utf8')
    return { path, url, text, made: fillBlocks(text, blocks) }
  })
}

async function allBlocks(): Promise<Blocks> {
  const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
  try {
    await migrate(warehouse)
    return {
      ...settingsBlocks(),
      ...commandBlocks(),
      ...errorBlocks(),
      ...faultBlocks(),
      ...simulatorBlocks(),
      ...(await schemaBlocks(warehouse)),
    }
  } finally {
    await warehouse.close()
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { SETTINGS_SCHEMA } from '../../src/cli/settings.ts'
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
  const pages = MADE_PAGES.map((path) => {
    const url = new URL(path, ROOT)
    const text = readFileSync(url, 'utf8')
    return { path, url, text, made: fillBlocks(text, blocks) }
  })
  return [...pages, settingsSchema()]
}

/** What editors complete `fbads.config.json` by. */
function settingsSchema(): Page {
  const path = 'assets/fbads.config.schema.json'
  const url = new URL(path, ROOT)
  const schema = z.toJSONSchema(SETTINGS_SCHEMA.extend({ $schema: z.string().optional() }), { io: 'input' })
  return {
    path,
    url,
    text: existsSync(url) ? readFileSync(url, 'utf8') : '',
    made: `${JSON.stringify(schema, null, 2)}\n`,
  }
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

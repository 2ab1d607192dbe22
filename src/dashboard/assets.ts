import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** A file of the pages, as it is sent. */
export interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
  /** The same, compressed. */
  readonly gzip: Uint8Array<ArrayBuffer>
  /** Its name carries a hash of its content. */
  readonly isImmutable: boolean
}

/** By the path in their address. Nothing else is ever read from the disk, whatever an address says. */
export type Assets = ReadonlyMap<string, Asset>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Where the built pages are, seen from the sources as well as from the compiled files. */
const FOLDER = new URL('../../dist/web/', import.meta.url)

/** Throws when the pages are not built. */
export async function readAssets(folder: URL | string = FOLDER): Promise<Assets> {
  const root = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const names: string[] = await readdir(root, { recursive: true }).catch(() => [])
  const assets = new Map<string, Asset>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const body = await readFile(join(root, name))
    assets.set(`/${name.split(sep).join('/')}`, {
      type,
      body: new Uint8Array(body),
      gzip: new Uint8Array(gzipSync(body)),
      isImmutable: /-[\w-]{8}\.\w+$/.test(name),
    })
  }
  if (!assets.has('/index.html'))
    throw new Error('The pages of the dashboard are not built. In a checkout: npm run build:web.')
  return assets
}

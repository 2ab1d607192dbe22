/** Builds the pages of the dashboard into `dist/web`, each file beside its compressed forms. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')
const out = join(root, 'dist', 'web')

await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'warn' })
for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(?:js|css|html|svg|json)$/.test(name)) continue
  const content = readFileSync(join(out, name))
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }))
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(content))
}

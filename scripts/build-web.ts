/** Builds the pages of the dashboard into `dist/web`. */
import { join } from 'node:path'
import { build } from 'vite'

await build({ configFile: join(import.meta.dirname, '..', 'web', 'vite.config.ts'), logLevel: 'warn' })

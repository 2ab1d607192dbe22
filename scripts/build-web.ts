/** Builds the pages of the dashboard into `dist/web`. */
import { join } from 'node:path'
import { build } from 'vite'

// Whatever the environment says: React has a larger and slower form for everything else.
process.env.NODE_ENV = 'production'
await build({ configFile: join(import.meta.dirname, '..', 'web', 'vite.config.ts'), logLevel: 'warn' })

// Runs after `npm ci` in a checkout, so that `fbads serve` has its pages. Plain JavaScript, and silent where the
// development dependencies were left out: nothing is built then.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const { resolve } = createRequire(import.meta.url)

function isInstalled(name) {
  try {
    resolve(name)
    return true
  } catch {
    return false
  }
}

if (isInstalled('vite') && isInstalled('@vitejs/plugin-react')) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'build-web.ts')], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}

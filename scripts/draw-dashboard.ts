/**
 * Takes the pictures of the dashboard in `docs/images`, from the demo's world, in a browser (CHROMIUM, or Debian's).
 *
 *   node scripts/draw-dashboard.ts
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const WORLD = ['--accounts', '1', '--ads', '120', '--days', '100', '--seed', '21']

const VIEWS = {
  overview: '/',
  campaigns: '/campaigns',
  audience: '/audience?m=ctr',
  conversions: '/conversions',
  health: '/health',
} as const

const LOOKS = {
  '': { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  '-dark': { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  '-phone': { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const satisfies Record<string, BrowserContextOptions>

const folder = mkdtempSync(join(tmpdir(), 'fbads-pictures-'))
const server = spawn(
  process.execPath,
  [join(root, 'bin/fbads.js'), 'demo', '--serve', '--port', '0', ...WORLD],
  {
    cwd: folder,
  },
)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', () => reject(new Error('The demo has ended; are the pages built? npm run build:web')))
    server.stdout.on('data', (chunk) => {
      const found = /^http:\/\/\S+$/m.exec(String(chunk))
      if (found) resolve(found[0])
    })
  })
  for (const [name, path] of Object.entries(VIEWS)) {
    for (const [suffix, look] of Object.entries(LOOKS)) {
      const context = await browser.newContext({ ...look, locale: 'en-GB', reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.goto(url + path)
      await page.locator('.panel').first().waitFor()
      while ((await page.locator('[aria-busy=true]').count()) > 0) await page.waitForTimeout(50)
      await page.screenshot({ path: join(root, `docs/images/dashboard-${name}${suffix}.png`) })
      await context.close()
    }
  }
} finally {
  await browser.close()
  server.kill()
  rmSync(folder, { recursive: true, force: true })
}

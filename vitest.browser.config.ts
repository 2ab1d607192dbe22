import { defineConfig } from 'vitest/config'

/** What needs a browser: `npm run test:browser`, with Chromium in CHROMIUM or in /usr/bin. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    // What comes late on a busy machine comes all the same.
    expect: { poll: { timeout: 30_000 } },
  },
})

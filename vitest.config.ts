import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', '**/node_modules/**'],
    setupFiles: ['test/support/nothing-left.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    // V8 loses count of its code pages when threads with WebAssembly come and go, as embedded databases do here, and
    // ends the process (https://github.com/nodejs/node/issues/64500); without this protection it happens less.
    execArgv: ['--no-memory-protection-keys'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

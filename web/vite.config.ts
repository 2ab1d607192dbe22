import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // A data: address would be refused by the policy of the pages, and nothing here needs the polyfill.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  // For work on the pages: npx vite web, beside a running fbads serve.
  server: { proxy: { '/api': 'http://127.0.0.1:8321' } },
})

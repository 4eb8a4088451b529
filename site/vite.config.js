import { defineConfig } from 'vite'

export default defineConfig({
  // Relative, because the page is served from a bucket's root and from /bucket-name/ alike.
  base: './',
  build: {
    // The page's policy forbids inline code, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Chart.js is MIT: its notice has to go where its code goes.
    license: { fileName: 'licenses.md' },
  },
  test: {
    environment: 'jsdom',
    // Each file has a context of its own in a thread for several; a process for each takes a third longer.
    pool: 'vmThreads',
    // Limits are for what hangs: no test depends on how fast a machine is.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 300_000,
  },
})

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
  test: { environment: 'jsdom' },
})

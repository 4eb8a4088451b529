import js from '@eslint/js'
import globals from 'globals'

export default [
  { ignores: ['dist/'] },
  js.configs.recommended,
  { files: ['src/**', 'public/**'], languageOptions: { globals: globals.browser } },
  { files: ['tests/**', '*.config.js'], languageOptions: { globals: { ...globals.browser, ...globals.node } } },
]

import { theme } from './charts/palette.js'

// theme.js in the folder `public` reads it before the first paint.
const KEY = 'theme'
const CHOICES = ['light', 'dark']

const dark = matchMedia('(prefers-color-scheme: dark)')
const still = matchMedia('(prefers-reduced-motion: reduce)')
const forced = matchMedia('(forced-colors: active)')

/** Colours and motion of the charts now. On paper they are light and still. */
export function current({ print = false } = {}) {
  const scheme = print ? 'light' : chosen() ?? (dark.matches ? 'dark' : 'light')
  return { ...theme(forced.matches && !print ? system() : scheme), animate: !still.matches && !print }
}

/** The switch: `auto` follows the system. */
export function connect(root, onChange) {
  for (const input of root.querySelectorAll('input')) input.checked = input.value === (chosen() ?? 'auto')
  root.addEventListener('change', ({ target }) => {
    choose(target.value)
    onChange()
  })
  for (const media of [dark, still, forced]) media.addEventListener('change', onChange)
}

/** In forced colours the system chooses the ground, and so the scheme. */
const system = () => (dark.matches ? 'dark' : 'light')

const chosen = () => CHOICES.find((one) => document.documentElement.dataset.theme === one) ?? null

function choose(value) {
  if (CHOICES.includes(value)) document.documentElement.dataset.theme = value
  else delete document.documentElement.dataset.theme
  try {
    localStorage.setItem(KEY, value)
  } catch {
    // Where nothing may be stored, the choice lasts as long as the page.
  }
}

import { element } from '../dom.js'
import { count } from '../format.js'
import { featureNames, multivariateAs } from './features.js'

export const MODES = ['bivariate', 'multivariate']

const TITLES = { bivariate: 'Bivariate', multivariate: 'Multivariate' }
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** A radio group: one tab stop, arrow keys choose. */
export function render(root, data, { mode, choose }) {
  if (!root.children.length) root.append(...MODES.map((value) => option(value)))
  const [bivariate, multivariate] = root.children
  bivariate.lastChild.textContent = list(featureNames(data, 'bivariate'))
  multivariate.lastChild.textContent = described(data)
  for (const button of root.children) {
    const chosen = button.dataset.mode === mode
    button.setAttribute('aria-checked', String(chosen))
    button.tabIndex = chosen ? 0 : -1
  }
  root.onclick = ({ target }) => {
    const button = target.closest('[data-mode]')
    if (button) choose(button.dataset.mode)
  }
  root.onkeydown = (event) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const next = MODES[(MODES.indexOf(mode) + step + MODES.length) % MODES.length]
    choose(next)
    root.querySelector(`[data-mode="${next}"]`).focus()
  }
}

const MOST_NAMES = 4

function described(data) {
  const { kind, text } = multivariateAs(data, list)
  return { same: 'the same features', adds: `+ ${text}`, compares: text }[kind]
}

/** A narrow button breaks between names, not within one. */
function list(names) {
  const more = names.length > MOST_NAMES + 1 ? [`${count(names.length - MOST_NAMES)} more`] : []
  const shown = more.length ? names.slice(0, MOST_NAMES) : names
  return [...shown, ...more].map((name) => name.replaceAll(' ', '\u00a0')).join(' · ')
}

function option(mode) {
  return element('button', { type: 'button', role: 'radio', 'data-mode': mode },
    element('b', {}, TITLES[mode]),
    element('span', {}))
}

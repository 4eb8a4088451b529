import { element } from '../dom.js'
import { addedNames, featureNames } from './features.js'

export const MODES = ['bivariate', 'multivariate']

const TITLES = { bivariate: 'Bivariate', multivariate: 'Multivariate' }
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** A radio group: one tab stop, arrow keys choose. */
export function render(root, data, { mode, choose }) {
  if (!root.children.length) root.append(...MODES.map((value) => option(value)))
  const [bivariate, multivariate] = root.children
  bivariate.lastChild.textContent = list(featureNames(data, 'bivariate'))
  multivariate.lastChild.textContent = `+ ${list(addedNames(data))}`
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

/** A narrow button breaks between names, not within one. */
function list(names) {
  return names.map((name) => name.replaceAll(' ', '\u00a0')).join(' · ')
}

function option(mode) {
  return element('button', { type: 'button', role: 'radio', 'data-mode': mode },
    element('b', {}, TITLES[mode]),
    element('span', {}))
}

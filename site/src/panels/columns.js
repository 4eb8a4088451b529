import { element } from '../dom.js'
import { plural, short } from '../format.js'
import { save } from './tools.js'

// In this order they are listed, features of both modes first.
const USES = {
  feature: 'Feature', id: 'Customer id', describing: 'Describes the segments', personal: 'Personal data', unused: 'Not used',
}
// So many rows are read at a glance; the columns that have no part fold.
const MOST_ROWS = 12
const MODES = ['bivariate', 'multivariate']
const FILE = 'settings.json'

/** What each column of the file is and why, and the settings that repeat the choice. */
export function render(root, data) {
  const { columns, settings } = data.intake
  const wasOpen = root.querySelector('details')?.open
  root.querySelector('[data-slot="columns"]').replaceChildren(...listed(data, columns))
  root.querySelector('[data-slot="settings"]').replaceChildren(...(settings ? ready(settings) : []))
  const folded = root.querySelector('details')
  if (folded) folded.open = Boolean(wasOpen)
}

function listed(data, columns) {
  const uses = Object.keys(USES)
  const rank = ({ use, feature }) => uses.indexOf(use) - modesOf(data, feature).length / 10
  const sorted = [...columns].sort((a, b) => rank(a) - rank(b))
  const parts = sorted.length > MOST_ROWS ? sorted.filter(({ use }, index) => use !== 'unused' || index < MOST_ROWS - 1) : sorted
  const rest = sorted.slice(parts.length)
  return [
    table(data, parts, 'The columns of the file'),
    rest.length ? element('details', { class: 'disclosure' },
      element('summary', {}, `${plural(rest.length, 'more column')} not used`),
      table(data, rest, 'Columns that are not used')) : null,
  ].filter(Boolean)
}

function table(data, columns, label) {
  return element('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': label },
    element('table', {},
      element('thead', {}, element('tr', {}, ...['Column', 'What it is', 'Why'].map((text) => element('th', { scope: 'col' }, text)))),
      element('tbody', {}, ...columns.map((column) => row(data, column)))))
}

function row(data, { name, use, feature, why }) {
  return element('tr', { 'data-use': use },
    element('th', { scope: 'row' }, short(name) || 'no name'),
    element('td', {}, [USES[use], inModes(modesOf(data, feature))].filter(Boolean).join(', ')),
    element('td', {}, why))
}

const modesOf = (data, feature) => MODES.filter((mode) => data.modes[mode].features.includes(feature))

function inModes(modes) {
  if (modes.length === MODES.length) return 'both modes'
  return modes.length ? `${modes[0]} mode` : null
}

function ready(settings) {
  const text = JSON.stringify(settings, null, 2)
  const code = element('code', {}, text)
  const told = element('span', { class: 'quiet', role: 'status' })
  const button = (label, work) => Object.assign(element('button', { type: 'button', class: 'text-button' }, label), { onclick: work })
  return [
    element('h4', {}, FILE),
    element('p', { class: 'figure-note' }, `These settings repeat this choice${settings.describe ? '; “describe” adds what else differs between the segments' : ''}. To choose other columns, change them, and upload them as ${FILE} beside your files: the newest file runs again.`),
    element('pre', { class: 'code', tabindex: '0', role: 'region', 'aria-label': `${FILE} for this file` }, code),
    element('p', { class: 'code-tools' },
      button('Copy', async () => { told.textContent = await copied(text, code) ? 'Copied' : `Selected; press ${/^Mac/.test(navigator.platform) ? '⌘C' : 'Ctrl+C'}` }),
      button(`Save ${FILE}`, () => save(new Blob([`${text}\n`], { type: 'application/json' }), FILE)),
      told),
  ]
}

/** Without TLS, as S3 serves the page, there is no clipboard but that of a marked text. */
async function copied(text, node) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    getSelection().selectAllChildren(node)
    return document.execCommand('copy')
  }
}

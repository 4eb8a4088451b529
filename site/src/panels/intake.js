import { element } from '../dom.js'
import { count, join, plural, short } from '../format.js'
import { nameOf } from './features.js'

const SEPARATORS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' }
const DECIMAL_MARKS = { '.': 'point', ',': 'comma' }
const USES = { id: 'Customer id', describing: 'Describes the segments', personal: 'Personal data, never used', unused: 'Not used' }

/** What became of the file: the receipt of the result that is shown. */
export function render(root, data) {
  const { intake } = data
  const wasOpen = root.querySelector('details')?.open
  root.replaceChildren(...[
    element('p', { class: 'account' }, [account(data.rows), data.outliers?.text].filter(Boolean).join(' ')),
    lists(data),
    personal(intake),
    details(data, intake),
  ].filter(Boolean))
  root.querySelector('details').open = Boolean(wasOpen)
}

function account({ read, used, imputed, duplicated, rejected }) {
  const parts = [
    `${plural(used, 'customer')} used${imputed ? `, ${count(imputed)} of them with a value filled in` : ''}`,
    duplicated && `${count(duplicated)} the same as an earlier row, counted once`,
    rejected ? `${count(rejected)} rejected` : 'none rejected',
  ].filter(Boolean)
  return `${plural(read, 'row')} read: ${parts.join('; ')}.`
}

function lists(data) {
  const { rejected, imputed, notes } = data.intake
  const found = [
    list('Rejected', rejected.map(({ reason, rows, remedy }) => [`${plural(rows, 'row')}: ${reason}.`, remedy])),
    list('Filled in', imputed.map(({ feature, cells, value }) =>
      [`${nameOf(data, feature)}: ${plural(cells, 'cell')} with ${value}.`, ''])),
    list('Worth knowing', notes.map(({ text, remedy }) => [text, remedy])),
  ].filter(Boolean)
  return found.length ? element('div', { class: 'account-lists' }, ...found) : null
}

function list(title, entries) {
  if (!entries.length) return null
  return element('section', { class: 'account-list' },
    element('h3', {}, title),
    element('ul', {}, ...entries.map(([text, remedy]) =>
      element('li', {}, text, remedy ? element('span', { class: 'remedy' }, ` ${remedy}`) : null))))
}

function personal({ columns }) {
  const names = columns.filter(({ use }) => use === 'personal').map(({ name }) => short(name))
  if (!names.length) return null
  return element('p', { class: 'account-personal' },
    `${join(names)} ${names.length === 1 ? 'holds' : 'hold'} personal data: never used as a feature, and never outside the private buckets.`)
}

function details(data, { encoding, separator, decimal_mark, header_line, columns }) {
  return element('details', {},
    element('summary', {}, 'How the file was read'),
    element('p', {}, `${encoding}, cells separated by ${SEPARATORS[separator]}, decimal ${DECIMAL_MARKS[decimal_mark]}; `
      + `line ${count(header_line)} names the columns.`),
    element('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': 'The columns of the file' },
      element('table', {},
        element('thead', {}, element('tr', {}, ...['Column', 'Taken for', 'Why'].map((text) => element('th', { scope: 'col' }, text)))),
        element('tbody', {}, ...columns.map((column) => row(data, column))))))
}

function row(data, { name, use, feature, why }) {
  return element('tr', {},
    element('th', { scope: 'row' }, short(name) || 'no name'),
    element('td', {}, use === 'feature' ? taken(data, feature) : USES[use]),
    element('td', {}, why))
}

const ROLES = { age: 'Age', gender: 'Gender', income: 'Income', spending: 'Spending score' }

/** What settings call an income may be something else by its name. */
function taken(data, id) {
  const { meaning } = data.features[id]
  const isSo = meaning === undefined || meaning === id
  return `Feature: ${(isSo && ROLES[id]) || nameOf(data, id)}`
}

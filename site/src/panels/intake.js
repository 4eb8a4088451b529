import { element } from '../dom.js'
import { count, join, plural, short } from '../format.js'
import { nameOf } from './features.js'

const SEPARATORS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' }
const DECIMAL_MARKS = { '.': 'point', ',': 'comma' }

/** What became of the rows of the file: the receipt of the result that is shown. */
export function render(root, data) {
  const { intake } = data
  root.replaceChildren(...[
    element('p', { class: 'account' }, [account(data.rows), data.outliers?.text].filter(Boolean).join(' ')),
    lists(data),
    personal(intake),
    reading(intake),
  ].filter(Boolean))
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

function reading({ encoding, separator, decimal_mark, header_line }) {
  return element('p', { class: 'account-reading' },
    `Read as ${encoding}, cells separated by ${SEPARATORS[separator]}, decimal ${DECIMAL_MARKS[decimal_mark]}; line ${count(header_line)} names the columns.`)
}

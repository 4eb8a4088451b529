import { outstanding, telling } from '../derive/what-else.js'
import { element, withProperties } from '../dom.js'
import { mean, plural, pointsApart, score, share, short, signed, withUnit } from '../format.js'
import { label } from './swatch.js'
import { attachTools } from './tools.js'

const MEASURES = { eta_squared: 'η²', cramers_v: 'V' }
// From so many standard deviations on, no difference is tinted more strongly.
const FAR = 1.5

/** What else differs between the segments: columns that are no feature, and the features of the other mode. */
export function render(root, data, { mode, theme }) {
  const { what_else: found, segments } = data.modes[mode]
  root.hidden = !found
  if (!found) return
  root.querySelector('[data-slot="text"]').textContent = found.text
  root.querySelector('[data-slot="segments"]').replaceChildren(...segments.map((segment, index) => said(segment, found.segments[index].text, theme)).filter(Boolean))
  root.querySelector('thead').replaceChildren(element('tr', {},
    ...['Column', 'Everyone'].map((text) => element('th', { scope: 'col' }, text)),
    ...segments.map((segment) => element('th', { scope: 'col', 'data-segment': segment.id }, label(segment, theme)))))
  root.querySelector('tbody').replaceChildren(...found.columns.map((column, index) => row(column, index, found)))
  attachTools(root, { name: 'What else differs', source: data.source.name, theme, isTable: true, table: () => table(found, segments) })
}

const said = (segment, text, theme) => text && element('li', { 'data-segment': segment.id }, label(segment, theme), element('p', {}, text))

function row(column, index, found) {
  return element('tr', {},
    element('th', { scope: 'row' }, short(column.name), quiet(effect(column)), column.missing > 0 && quiet(`${plural(column.missing, 'customer')} without`)),
    element('td', {}, ...everyone(column)),
    ...column.segments.map((figures, segment) => cell(column, figures, outstanding(found, index, segment))))
}

const effect = ({ measure, effect: size, strength }) => [`${MEASURES[measure]}\u00a0${score(size)}`, strength].filter(Boolean).join(', ')

function cell(column, figures, out) {
  if (!figures) return element('td', { class: 'quiet' }, 'too few')
  const node = element('td', out ? { class: 'tinted' } : {}, ...told(column, figures, out?.category))
  return out ? withProperties(node, { '--part': Math.min(Math.abs(out.difference) / FAR, 1) }) : node
}

function everyone(column) {
  const { everyone: figures } = column
  if (column.kind === 'numeric') return [strong(withUnit(mean(figures.mean), column.unit))]
  const commonest = figures.shares.indexOf(Math.max(...figures.shares))
  return [strong(share(figures.shares[commonest])), ' ', short(column.values[commonest], 24)]
}

function told(column, figures, category) {
  if (column.kind === 'numeric') {
    const { mean: overall, sd } = column.everyone
    return [strong(withUnit(mean(figures.mean), column.unit)), sd > 0 && quiet(`${signed((figures.mean - overall) / sd)} sd`)]
  }
  const index = telling(column, figures, category)
  return [
    strong(share(figures.shares[index])), ' ', short(column.values[index], 24),
    quiet(pointsApart(figures.shares[index], column.everyone.shares[index])),
  ]
}

const strong = (text) => element('b', {}, text)
const quiet = (text) => element('span', { class: 'aside' }, text)

/** Every figure, a line for each number and for each category. */
export function table({ columns }, segments) {
  const line = (column, what, format) => [
    column.name, what, column.effect, column.strength, format(column.everyone), ...column.segments.map((figures) => (figures ? format(figures) : null))]
  return {
    head: ['Column', 'Value', 'Effect (eta squared or Cramér’s V)', 'Strength', 'Everyone', ...segments.map(({ name }) => name)],
    rows: columns.flatMap((column) => (column.kind === 'numeric'
      ? [line(column, 'average', (figures) => figures.mean), line(column, 'standard deviation', (figures) => figures.sd)]
      : column.values.map((value, index) => line(column, value, (figures) => figures.shares[index])))),
  }
}

import { element, withProperties } from '../dom.js'
import { HIDDEN, count, score, share, short } from '../format.js'
import { segmentName } from './features.js'
import { label } from './swatch.js'
import { attachTools } from './tools.js'

/** The segments of both modes against each other: where customers of a row are in the columns. */
export function render(root, data, { mode, theme }) {
  const { comparison } = data
  root.hidden = !comparison
  if (!comparison) return
  root.querySelector('[data-slot="text"]').textContent = comparison.text
  root.querySelector('[data-slot="agreement"]').textContent = score(comparison.agreement)
  const [rows, columns] = [data.modes.bivariate.segments, data.modes.multivariate.segments]
  const grid = matrix({ rows, columns, counts: comparison.counts, theme, mode })
  root.querySelector('[data-slot="matrix"]').replaceChildren(grid)
  attachTools(root, {
    name: 'The two modes side by side', source: data.source.name, theme, isTable: true,
    table: () => ({
      head: ['Bivariate / multivariate', ...columns.map(({ name }) => name)],
      rows: rows.map(({ name }, index) => [name, ...comparison.counts[index]]),
    }),
  })
}

/** A table whose cells are as strongly tinted as they hold of their row. */
export function matrix({ rows, columns, counts, theme, mode, corner = 'Bivariate ↓ · multivariate →', name = 'Customers of each pair of segments' }) {
  return element('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': name },
    element('table', { class: 'matrix' },
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, corner),
        ...columns.map((segment) => element('th', { scope: 'col', ...(mode !== 'bivariate' && { 'data-segment': segment.id }) }, label(segment, theme))))),
      element('tbody', {}, ...rows.map((segment, index) => element('tr', mode === 'multivariate' ? {} : { 'data-segment': segment.id },
        element('th', { scope: 'row' }, label(segment, theme)),
        ...counts[index].map((customers, column) => tinted(customers, sum(counts[index]), `${short(segmentName(segment), 40)} and ${short(segmentName(columns[column]), 40)}`)))))))
}

function tinted(customers, total, title) {
  const part = total ? (customers ?? 0) / total : 0
  return withProperties(element('td', { class: 'numeric tinted', title: `${title}: ${share(part)} of the row`, ...(customers === 0 && { 'data-empty': '' }) }, customers === null ? HIDDEN : count(customers)), { '--part': part })
}

const sum = (row) => row.reduce((total, count) => total + (count ?? 0), 0)

import { pairOf, sideBySide } from '../derive/compare.js'
import { position, scaled } from '../derive/scale.js'
import { element, withProperties } from '../dom.js'
import { difference, mean, share, short, signed, withUnit } from '../format.js'
import { segmentName, summedName } from './features.js'
import { painted, swatch } from './swatch.js'
import { attachTools } from './tools.js'

/** Two segments side by side, feature by feature. */
export function render(root, data, state) {
  const { segments } = data.modes[state.mode]
  const pair = pairOf(data.modes[state.mode], state)
  const [one, two] = pair.map((id) => segments.find((segment) => segment.id === id))
  const heads = root.querySelectorAll('[data-side]')
  ;[one, two].forEach((segment, side) => renderHead(heads[side], segments, segment, pair, side, state))
  const rows = [...totals(data, one, two), ...sideBySide(data, one, two).map((row) => worded(data, row))]
  root.querySelector('tbody').replaceChildren(...rows.map((row) => line(row, one, two, state.theme)))
  attachTools(root, {
    name: 'Two segments compared', source: data.source.name, theme: state.theme, isTable: true,
    table: () => ({ head: ['Feature', one.name, two.name], rows: rows.map(({ name, a, b }) => [name, a, b]) }),
  })
}

function renderHead(root, segments, segment, pair, side, { theme, set }) {
  const select = root.querySelector('select')
  select.replaceChildren(...segments.map((other) => element('option', { value: other.id, ...(other.id === pair[1 - side] && { disabled: '' }) }, segmentName(other))))
  select.value = segment.id
  select.onchange = () => set({ pair: pair.map((id, index) => (index === side ? Number(select.value) : id)) })
  root.querySelector('.segment-compare-mark').replaceChildren(swatch(segment, theme))
  painted(root, segment, theme)
}

function totals(data, one, two) {
  const sum = typeof one.part_of_sum === 'number' && typeof two.part_of_sum === 'number'
  return [
    one.share !== null && two.share !== null && { name: 'Share of customers', a: one.share, b: two.share, format: share, at: asItIs },
    sum && { name: `Share of ${summedName(data)}`, a: one.part_of_sum, b: two.part_of_sum, format: share, at: asItIs },
  ].filter(Boolean)
}

function worded(data, { id, category, a, b, apart }) {
  const feature = data.features[id]
  if (category !== null) return { name: short(category, 40), a, b, format: share, at: asItIs }
  return {
    name: short(feature.name), title: scaled(feature.name, feature), a, b, apart, at: (value) => position(feature, value), format: (value) => withUnit(mean(value), feature.unit),
  }
}

const asItIs = (part) => part

function line({ name, title = name, a, b, apart, format, at }, one, two, theme) {
  const side = (value, segment, which) => painted(element('td', { class: `segment-compare-${which}` },
    element('span', {}, format(value)), withProperties(element('i', { class: 'meter', 'aria-hidden': 'true' }), { '--share': at(value) })), segment, theme)
  const gap = apart === undefined ? `${difference(100 * a, 100 * b)} points` : `${signed(apart)} sd`
  return element('tr', {}, element('th', { scope: 'row' }, title), side(a, one, 'one'), side(b, two, 'two'), element('td', { class: 'numeric segment-compare-gap' }, gap))
}

import { distribution, summary, table } from '../charts/distribution.js'
import { draw, erase } from '../charts/draw.js'
import { element, withProperties } from '../dom.js'
import { number, share, short, withUnit } from '../format.js'
import { groups, idsOf, nameOf } from './features.js'
import { attachTools } from './tools.js'

const MOST_SPLITS = 3

/** How all customers spread over each feature. */
export function render(root, data, { theme }) {
  const found = data.distributions ?? []
  while (root.children.length > found.length) remove(root.lastElementChild)
  while (root.children.length < found.length) root.append(figure(root.children.length + 1))
  found.forEach((one, index) => renderFigure(root.children[index], data, one, theme))
}

/** Shares of the features that are words: the key to the bars, where they are stacked by one. */
export function renderSplits(root, data, { theme }) {
  const by = data.distributions?.[0]?.by?.feature
  const ids = idsOf(data, 'categorical').slice(0, MOST_SPLITS)
  root.hidden = !ids.length
  root.replaceChildren(...ids.map((id) => split(data, id, id === by ? data.distributions[0].by.groups : null, theme)))
}

function split(data, id, stacked, theme) {
  const parts = groups(data.features[id])
  const total = parts.reduce((sum, { count }) => sum + count, 0) || 1
  const colourOf = ({ labels }, index) => theme.groups[(stacked ? stacked.findIndex(({ label }) => label === labels[0]) : index) % theme.groups.length] ?? theme.quiet
  const painted = (node, part, index) => withProperties(node, { '--part': part.count / total, '--group': colourOf(part, index) })
  return element('div', { class: 'panel group-split' },
    element('h3', {}, nameOf(data, id)),
    element('div', { class: 'group-bar', 'aria-hidden': 'true' }, ...parts.map((part, index) => painted(element('i'), part, index))),
    element('ul', {}, ...parts.map((part, index) => element('li', {},
      painted(element('i', { 'aria-hidden': 'true' }), part, index), element('b', {}, share(part.count / total)), ` ${part.name}`))))
}

function figure(number) {
  return element('figure', { class: 'panel figure' },
    element('h3'),
    element('p', { class: 'figure-note' }),
    element('div', { class: 'chart chart-low' }, element('canvas', { id: `distribution-${number}`, role: 'img' })))
}

function remove(node) {
  erase(node.querySelector('canvas'))
  node.remove()
}

function renderFigure(root, data, found, theme) {
  const feature = data.features[found.feature]
  const canvas = root.querySelector('canvas')
  root.querySelector('h3').textContent = nameOf(data, found.feature)
  root.querySelector('.figure-note').textContent = middles(feature)
  draw(canvas, () => distribution(data, found, theme), summary(data, found))
  attachTools(root, { name: short(feature.name), source: data.source.name, theme, table: () => table(data, found), chart: () => canvas })
}

function middles({ mean, median, sd, unit }) {
  const half = median === undefined ? '' : `, median ${withUnit(number(median), unit)}`
  return `Average ${withUnit(number(mean), unit)}${half}, spread ${number(sd)}`
}

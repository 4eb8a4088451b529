import { draw, erase } from '../charts/draw.js'
import { landscape, summary, table } from '../charts/landscape.js'
import { element } from '../dom.js'
import { nameOf } from './features.js'
import { hiddenNote } from './hidden.js'
import { attachTools } from './tools.js'

export function render(root, data, { theme }) {
  while (root.children.length > data.landscapes.length) remove(root.lastElementChild)
  while (root.children.length < data.landscapes.length) root.append(figure(root.children.length + 1))
  data.landscapes.forEach((found, index) => renderFigure(root.children[index], data, found, theme))
}

const curveNote = (features, { x, y }) => (features[x].log_unit || features[y].log_unit ? 'On a log scale, the linear trend is a curve.' : '')

function figure(number) {
  return element('figure', { class: 'panel figure' },
    element('h3'),
    element('figcaption'),
    element('div', { class: 'chart' }, element('canvas', { id: `landscape-${number}`, role: 'img' })))
}

function remove(figure) {
  erase(figure.querySelector('canvas'))
  figure.remove()
}

function renderFigure(root, data, found, theme) {
  const name = `${nameOf(data, found.x)} × ${nameOf(data, found.y)}`
  const canvas = root.querySelector('canvas')
  root.querySelector('h3').textContent = name
  root.querySelector('figcaption').textContent = [found.text, curveNote(data.features, found), hiddenNote(found)].filter(Boolean).join(' ')
  draw(canvas, () => landscape(data, found, theme), summary(data, found))
  attachTools(root, { name, source: data.source.name, theme, table: () => table(data, found), chart: () => canvas })
}

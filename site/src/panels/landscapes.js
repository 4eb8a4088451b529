import { draw, erase } from '../charts/draw.js'
import { landscape, summary } from '../charts/landscape.js'
import { element } from '../dom.js'
import { nameOf } from './features.js'
import { hiddenNote } from './hidden.js'

export function render(root, data, { theme }) {
  root.closest('section').classList.toggle('is-absent', !data.landscapes.length)
  while (root.children.length > data.landscapes.length) remove(root.lastElementChild)
  while (root.children.length < data.landscapes.length) root.append(figure(root.children.length + 1))
  data.landscapes.forEach((found, index) => renderFigure(root.children[index], data, found, theme))
}

function figure(number) {
  return element('figure', { class: 'panel figure' },
    element('h3'),
    element('div', { class: 'chart' }, element('canvas', { id: `landscape-${number}`, role: 'img' })),
    element('figcaption'))
}

function remove(figure) {
  erase(figure.querySelector('canvas'))
  figure.remove()
}

function renderFigure(root, data, found, theme) {
  root.querySelector('h3').textContent = `${nameOf(data, found.x)} × ${nameOf(data, found.y)}`
  root.querySelector('figcaption').textContent = [found.text, hiddenNote(found)].filter(Boolean).join(' ')
  draw(root.querySelector('canvas'), landscape(data, found, theme), summary(data, found))
}

import { picture } from '../charts/picture.js'
import { csv } from '../derive/csv.js'
import { element } from '../dom.js'
import { number, short } from '../format.js'
import { icon } from '../icons.js'

const latest = new WeakMap()

/**
 * Gives a figure its tools: the table that says what the chart shows, both as
 * files. `content` is { name, source, theme, table, chart } of now; `table()`
 * is only made when somebody asks for it, `chart()` is what a picture is taken of.
 */
export function attachTools(figure, content) {
  const isNew = !latest.has(figure)
  latest.set(figure, content)
  if (isNew) furnish(figure, content)
  else if (!twin(figure)?.hidden) renderTwin(figure)
}

export function save(blob, name) {
  const link = element('a', { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** A button that is an icon; what it does is its name, for the ear and the pointer. */
export const iconButton = (name, label, attributes = {}) =>
  element('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...attributes }, icon(name))

const twin = (figure) => figure.querySelector(':scope > .twin')

function furnish(figure, { name, chart, isTable }) {
  const tools = element('div', { class: 'tools' })
  if (chart && !isTable) {
    const toggle = iconButton('table', `${name} as a table`, { 'aria-expanded': 'false' })
    toggle.onclick = () => toggleTwin(figure, toggle)
    tools.append(toggle)
    figure.append(element('div', { class: 'twin', hidden: '' }))
  }
  if (chart) tools.append(Object.assign(iconButton('picture', `${name}: save the picture (PNG)`, { 'data-save': 'png' }), { onclick: () => savePicture(figure) }))
  tools.append(Object.assign(iconButton('csv', `${name}: save the table (CSV)`, { 'data-save': 'csv' }), { onclick: () => saveTable(figure) }))
  figure.querySelector('h3').after(tools)
}

function toggleTwin(figure, toggle) {
  const node = twin(figure)
  node.hidden = !node.hidden
  toggle.setAttribute('aria-expanded', String(!node.hidden))
  if (!node.hidden) renderTwin(figure)
}

function renderTwin(figure) {
  const node = twin(figure)
  if (!node) return
  const { name, table } = latest.get(figure)
  node.replaceChildren(frame(name, table()))
}

/** A table in a frame that scrolls by itself, so that the page never has to. */
export function frame(label, { head, rows, empty = '–', format = number }) {
  const show = (value) => (value === null ? empty : typeof value === 'number' ? format(value) : short(String(value), 80))
  return element('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': short(label, 80) },
    element('table', {},
      element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, short(text, 60))))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map((value, index) =>
        element(index ? 'td' : 'th', { ...(index ? {} : { scope: 'row' }), ...(typeof value === 'number' || value === null ? { class: 'numeric' } : {}) }, show(value))))))))
}

async function savePicture(figure) {
  const { name, source, theme, chart } = latest.get(figure)
  save(await picture(chart(), { title: name, source, theme }), fileName(source, name, 'png'))
}

function saveTable(figure) {
  const { name, source, table } = latest.get(figure)
  save(new Blob(['\ufeff', csv(table())], { type: 'text/csv' }), fileName(source, name, 'csv'))
}

const fileName = (source, name, ending) => `${plain(source.replace(/\.csv(\.gz)?$/i, ''))}-${plain(name)}.${ending}`

const plain = (text) => short(text, 60).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'file'

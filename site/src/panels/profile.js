import { draw } from '../charts/draw.js'
import { nameOfLine, profile, summary, table } from '../charts/profile.js'
import { profileLines } from '../derive/compare.js'
import { element, withProperties } from '../dom.js'
import { share } from '../format.js'
import { nameOf } from './features.js'
import { attachTools } from './tools.js'

const MOST_LINES = 12

export function render(root, data, { mode, theme, focus, hidden }) {
  const shown = data.modes[mode]
  const lines = profileLines(data).sort((a, b) => taking(shown, b) - taking(shown, a)).slice(0, MOST_LINES)
  const canvas = root.querySelector('canvas')
  withProperties(canvas.parentElement, { '--lines': lines.length })
  draw(canvas, () => profile(data, shown, lines, { focus, hidden }, theme), summary(data, shown, lines))
  attachTools(root, { name: 'Profiles', source: data.source.name, theme, table: () => table(data, shown, lines), chart: () => canvas })
}

const taking = ({ features }, { id }) => Number(features.includes(id))

/** How much of each feature the segments of the mode account for. */
export function renderExplained(root, data, { mode, theme }) {
  const { explained } = data.modes[mode]
  root.hidden = !explained
  if (root.hidden) return
  const ranked = Object.entries(explained).sort(([, a], [, b]) => b - a)
  root.querySelector('[data-slot="bars"]').replaceChildren(...ranked.map(([id, part]) => element('li', {},
    element('span', {}, nameOf(data, id)), element('b', {}, share(part)),
    withProperties(element('i', { class: 'meter', 'aria-hidden': 'true' }), { '--share': part }))))
  attachTools(root, {
    name: 'What the segments explain', source: data.source.name, theme,
    table: () => ({ head: ['Feature', 'Share of variance explained'], rows: ranked.map(([id, part]) => [nameOfLine(data, { id, category: null }, 100), part]) }),
  })
}

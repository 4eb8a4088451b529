import { element, withProperties } from '../dom.js'
import { score } from '../format.js'
import { chip, painted } from './swatch.js'
import { attachTools } from './tools.js'
import { verdict, VERDICTS } from './verdict.js'

/** How far each segment can be trusted, and by what. */
export function render(root, data, { mode, theme }) {
  const segments = data.modes[mode].segments.filter(({ trust }) => trust)
  root.hidden = !segments.length
  if (root.hidden) return
  root.querySelector('tbody').replaceChildren(...segments.map((segment) => row(segment, theme)))
  attachTools(root, {
    name: 'Trust per segment', source: data.source.name, theme, isTable: true,
    table: () => ({
      head: ['Segment', 'Verdict', 'Found again (Jaccard)', 'Silhouette'],
      rows: segments.map(({ name, trust }) => [name, VERDICTS[trust.verdict].name, trust.stability, trust.silhouette]),
    }),
  })
}

function row(segment, theme) {
  const { verdict: found, stability, silhouette } = segment.trust
  return painted(element('tr', { 'data-segment': segment.id },
    element('th', { scope: 'row' }, chip(segment, theme)),
    element('td', {}, verdict(found)),
    measured(stability), measured(silhouette)), segment, theme)
}

const measured = (value) => element('td', { class: 'measured' },
  element('span', {}, score(value)), withProperties(element('i', { class: 'meter', 'aria-hidden': 'true' }), { '--share': Math.max(0, value) }))

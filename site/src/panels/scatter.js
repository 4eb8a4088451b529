import { draw } from '../charts/draw.js'
import { segments, summary, table } from '../charts/segments.js'
import { axes, chosenAxes, scatterOf, withAxis } from '../derive/axes.js'
import { element } from '../dom.js'
import { joinSome, share, short } from '../format.js'
import { featureNames, nameOf, segmentName } from './features.js'
import { hiddenNote } from './hidden.js'
import { chip } from './swatch.js'
import { attachTools, iconButton } from './tools.js'

export function render(root, data, state) {
  const { mode, theme, focus, hidden, customer } = state
  const shown = data.modes[mode]
  const chosen = chosenAxes(shown, state)
  const scatter = scatterOf(shown, chosen.x, chosen.y)
  const canvas = root.querySelector('canvas')
  const drawn = { scatter, focus, hidden, customer: customer && { values: customer.values, segment: customer.placed[mode].segment } }
  renderAxes(root.querySelector('[data-slot="axes"]'), data, shown, chosen, state)
  root.querySelector('[data-slot="reading"]').textContent = howToRead(data, mode, scatter)
  renderLegend(root.querySelector('[data-slot="legend"]'), shown.segments, theme)
  draw(canvas, () => withClicks(segments(data, shown, drawn, theme), state), summary(data, shown, drawn))
  attachTools(root, { name: 'Who belongs together', source: data.source.name, theme, table: () => table(data, shown, scatter), chart: () => canvas })
}

/** A point, or a centroid, puts its segment into focus; the ground lets go of it. */
function withClicks(config, { focusOn }) {
  const at = (chart, [hit]) => {
    if (!hit) return null
    const set = chart.data.datasets[hit.datasetIndex]
    return set.segmentId ?? set.segmentIds?.[hit.index] ?? null
  }
  Object.assign(config.options, {
    onClick: (_, hits, chart) => focusOn(at(chart, hits)),
    onHover: ({ native }, hits) => { native.target.style.cursor = hits.length ? 'pointer' : '' },
  })
  return config
}

function renderAxes(root, data, mode, chosen, { set }) {
  const ids = axes(mode)
  const names = JSON.stringify([ids, ids.map((id) => nameOf(data, id))])
  if (root.dataset.made !== names) {
    root.dataset.made = names
    root.replaceChildren(...['x', 'y'].map((axis) => element('label', { class: 'field' },
      element('span', {}, axis === 'x' ? 'Across' : 'Up'),
      element('select', { 'data-axis': axis }, ...ids.map((id) => element('option', { value: id }, nameOf(data, id)))))))
  }
  for (const select of root.querySelectorAll('select')) {
    select.value = chosen[select.dataset.axis]
    select.onchange = () => set(withAxis(chosen, select.dataset.axis, select.value))
  }
}

function howToRead(data, mode, scatter) {
  const names = [scatter.x, scatter.y].map((id) => nameOf(data, id))
  const unseen = featureNames(data, mode).filter((name) => !names.includes(name))
  const outlined = 'The large outlined markers are the centroids, the average customer of each segment.'
  const overlap = unseen.length ? `${joinSome(unseen)} also shaped the segments, so on this map of two features they may overlap.` : ''
  return [outlined, overlap, hiddenNote(scatter)].filter(Boolean).join(' ')
}

function renderLegend(root, segments, theme) {
  const made = JSON.stringify([theme.panel, segments.map(({ id, colour, name, share: part }) => [id, colour, name, part])])
  if (root.dataset.made === made) return
  root.dataset.made = made
  root.replaceChildren(...segments.map((segment) => element('li', {},
    chip(segment, theme, element('b', {}, share(segment.share))),
    iconButton('eye', `Hide ${short(segmentName(segment), 40)} in the charts`, { 'data-hide': segment.id, 'aria-pressed': 'false' }))))
}

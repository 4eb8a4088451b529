import { draw } from '../charts/draw.js'
import { segments, summary } from '../charts/segments.js'
import { element } from '../dom.js'
import { joinSome, share } from '../format.js'
import { featureNames, nameOf, segmentName } from './features.js'
import { hiddenNote } from './hidden.js'
import { swatch } from './swatch.js'

export function render(root, data, { mode, theme }) {
  const shown = data.modes[mode]
  root.querySelector('[data-slot="reading"]').textContent = howToRead(data, mode)
  root.querySelector('[data-slot="legend"]').replaceChildren(...shown.segments.map((segment) => entry(segment, theme)))
  draw(root.querySelector('canvas'), segments(data, shown, theme), summary(data, shown))
}

function howToRead(data, mode) {
  const { scatter } = data.modes[mode]
  const axes = [scatter.x, scatter.y].map((id) => nameOf(data, id))
  const unseen = featureNames(data, mode).filter((name) => !axes.includes(name))
  const outlined = 'The large outlined markers are the centroids, the average customer of each segment.'
  const overlap = unseen.length ? `${joinSome(unseen)} also shaped the segments, so on this map of two features they may overlap.` : ''
  return [outlined, overlap, hiddenNote(scatter)].filter(Boolean).join(' ')
}

function entry(segment, theme) {
  return element('li', {}, swatch(segment.id, theme), element('span', {}, segmentName(segment)), element('b', {}, share(segment.share)))
}

import { look } from '../charts/palette.js'
import { element, withProperties } from '../dom.js'
import { difference, mean, plural, share, withUnit } from '../format.js'
import { groups, idsOf, nameOf, segmentName } from './features.js'
import { swatch } from './swatch.js'

// A card is no table: of many features, those that took part in the mode come first.
const MOST_AVERAGES = 6
const MOST_SPLITS = 3

export function render(root, data, { mode, theme }) {
  root.replaceChildren(...data.modes[mode].segments.map((segment) => card(segment, data, data.modes[mode].features, theme)))
}

function card(segment, data, taking, theme) {
  const node = element('li', { class: 'panel segment', 'data-segment-id': segment.id },
    identity(segment, theme), profile(segment, data, taking), advice(segment))
  return withProperties(node, { '--segment': look(segment.id, theme).colour })
}

function identity(segment, theme) {
  const { id, tag, size, share: part } = segment
  return element('div', { class: 'segment-identity' },
    element('h3', {}, swatch(id, theme), element('span', {}, segmentName(segment))),
    element('p', { class: 'tag' }, tag),
    element('p', { class: 'size' }, element('b', {}, share(part)), ` ${plural(size, 'customer')}`),
    withProperties(element('div', { class: 'share-bar', 'aria-hidden': 'true' }), { '--share': part }),
    element('p', { class: 'segment-id' }, `Segment ${id} in Clustering_Final.csv`))
}

function profile({ means, shares }, data, taking) {
  const first = (ids) => [...ids.filter((id) => taking.includes(id)), ...ids.filter((id) => !taking.includes(id))]
  const numeric = first(idsOf(data, 'numeric')).slice(0, MOST_AVERAGES)
  const ids = idsOf(data, 'numeric').filter((id) => numeric.includes(id))
  return element('dl', { class: 'segment-profile' },
    ...ids.map((id) => average(data, id, means[id])),
    ...first(idsOf(data, 'categorical')).slice(0, MOST_SPLITS).map((id) => split(data, id, shares[id])))
}

function split(data, id, shares) {
  const parts = groups(data.features[id]).map(({ name, labels }) =>
    ({ name, part: labels.reduce((sum, label) => sum + (shares[label] ?? 0), 0) }))
  return element('div', { class: 'split' },
    element('dt', {}, nameOf(data, id)),
    element('dd', {}, parts.map(({ name, part }) => `${name}\u00a0${share(part)}`).join(' · ')),
    element('dd', { class: 'split-bar', 'aria-hidden': 'true' },
      ...parts.map(({ part }) => withProperties(element('i'), { '--share': part }))))
}

function average(data, id, value) {
  const feature = data.features[id]
  return element('div', { class: 'average' },
    element('dt', {}, nameOf(data, id)),
    element('dd', {},
      element('b', {}, withUnit(mean(value), feature.unit)),
      element('span', {}, difference(value, feature.mean), element('span', { class: 'unseen' }, ' against all customers'))),
    element('dd', { class: 'track', 'aria-hidden': 'true' }, ...marks(feature, value)))
}

function marks(feature, value) {
  const [at, overall] = [position(feature, value), position(feature, feature.mean)]
  return [
    withProperties(element('i', { class: 'track-span' }), { '--from': Math.min(at, overall), '--to': Math.max(at, overall) }),
    withProperties(element('i', { class: 'track-tick' }), { '--at': overall }),
    withProperties(element('i', { class: 'track-dot' }), { '--at': at }),
  ]
}

/** Where a value lies between the lowest and the highest customer, from 0 to 1. */
function position({ min, max }, value) {
  return max > min ? (value - min) / (max - min) : 0.5
}

function advice({ analysis, action }) {
  return element('div', { class: 'segment-advice' },
    element('h4', {}, 'Who they are'),
    element('p', {}, analysis),
    element('h4', {}, 'What to do'),
    element('p', { class: 'action' }, action))
}

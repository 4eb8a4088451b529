import { look } from '../charts/palette.js'
import { element, withProperties } from '../dom.js'
import { difference, mean, plural, share, withUnit } from '../format.js'
import { swatch } from './swatch.js'

const ROLES = ['age', 'income', 'spending']

export function render(root, data, { mode, theme }) {
  root.replaceChildren(...data.modes[mode].segments.map((segment) => card(segment, data, theme)))
}

function card(segment, data, theme) {
  const node = element('li', { class: 'panel segment', 'data-segment-id': segment.id },
    identity(segment, theme), profile(segment, data), advice(segment))
  return withProperties(node, { '--segment': look(segment.id, theme).colour })
}

function identity({ id, name, tag, size, share: part }, theme) {
  return element('div', { class: 'segment-identity' },
    element('h3', {}, swatch(id, theme), element('span', {}, name)),
    element('p', { class: 'tag' }, tag),
    element('p', { class: 'size' }, element('b', {}, share(part)), ` ${plural(size, 'customer')}`),
    withProperties(element('div', { class: 'share-bar', 'aria-hidden': 'true' }), { '--share': part }),
    element('p', { class: 'segment-id' }, `Segment ${id} in Clustering_Final.csv`))
}

function profile({ means, genders }, { features }) {
  return element('dl', { class: 'segment-profile' },
    ...ROLES.map((role) => average(features[role], means[role])),
    element('div', { class: 'gender' },
      element('dt', {}, 'Gender'),
      element('dd', {}, Object.entries(genders).map(([label, part]) => `${label}\u00a0${share(part)}`).join(' · ')),
      element('dd', { class: 'split-bar', 'aria-hidden': 'true' },
        ...Object.values(genders).map((part) => withProperties(element('i'), { '--share': part })))))
}

function average(feature, value) {
  return element('div', { class: 'average' },
    element('dt', {}, feature.name),
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

import { position } from '../derive/scale.js'
import { element, withProperties } from '../dom.js'
import { difference, mean, plural, share, short, signed, withUnit } from '../format.js'
import { groups, idsOf, nameOf, segmentName, summedName } from './features.js'
import { painted, swatch } from './swatch.js'
import { verdict } from './verdict.js'

// A card is no table: of many features, those that took part in the mode come first.
const MOST_AVERAGES = 6
const MOST_SPLITS = 3
const MOST_DRIVERS = 4
// Beyond this a bar of a driver is full.
const FURTHEST = 2
const TOO_FEW = 'Too few customers to be told of: their averages would tell who they are.'

export function render(root, data, state) {
  const mode = data.modes[state.mode]
  root.replaceChildren(...mode.segments.map((segment) => card(segment, data, mode, state)))
}

function card(segment, data, mode, state) {
  const { theme } = state
  return painted(element('li', { class: 'panel segment', 'data-segment-id': segment.id, 'data-segment': segment.id },
    identity(segment, data, state),
    profile(segment, data, mode.features),
    drivers(segment, data),
    advice(segment)), segment, theme)
}

function identity(segment, data, { theme, compare }) {
  const { id, tag, size, share: part, part_of_sum: sum, trust } = segment
  const button = element('button', { type: 'button', class: 'text-button', 'data-compare': id }, 'Compare')
  button.onclick = () => compare(id)
  return element('div', { class: 'segment-identity' },
    element('h3', {}, element('button', { type: 'button', class: 'segment-focus', 'data-focus': id, 'aria-pressed': 'false' },
      swatch(segment, theme), element('span', {}, segmentName(segment)))),
    element('p', { class: 'tag' }, tag),
    element('dl', { class: 'size' },
      fact(share(part), plural(size, 'customer'), part ?? 0),
      typeof sum === 'number' ? fact(share(sum), `of ${summedName(data)}`, sum) : null),
    element('div', { class: 'segment-foot' },
      trust ? element('span', { title: trust.text }, verdict(trust.verdict), element('span', { class: 'unseen' }, ` ${trust.text}`)) : null,
      element('span', { class: 'segment-id' }, `Segment ${id}`),
      button))
}

function fact(value, label, part) {
  return element('div', {},
    element('dt', {}, label),
    element('dd', {}, value),
    withProperties(element('dd', { class: 'meter', 'aria-hidden': 'true' }), { '--share': part }))
}

function profile({ means, medians, spreads, shares }, data, taking) {
  const known = (ids, found) => ids.filter((id) => found[id] !== undefined)
  const first = (ids) => [...ids.filter((id) => taking.includes(id)), ...ids.filter((id) => !taking.includes(id))]
  const numeric = first(known(idsOf(data, 'numeric'), means)).slice(0, MOST_AVERAGES)
  const ids = idsOf(data, 'numeric').filter((id) => numeric.includes(id))
  return element('dl', { class: 'segment-profile' },
    ...ids.map((id) => average(data, id, { value: means[id], median: medians?.[id], spread: spreads?.[id] })),
    ...first(known(idsOf(data, 'categorical'), shares)).slice(0, MOST_SPLITS).map((id) => split(data, id, shares[id])))
}

function split(data, id, shares) {
  // A share of nothing may be that of some who are too few to be told of.
  const written = (part) => (part || !(data.min_cell_count > 1) ? share(part) : 'few')
  const parts = groups(data.features[id]).map(({ name, labels }) =>
    ({ name, part: labels.reduce((sum, label) => sum + (shares[label] ?? 0), 0) }))
  return element('div', { class: 'split' },
    element('dt', {}, nameOf(data, id)),
    element('dd', {}, parts.map(({ name, part }) => `${name}\u00a0${written(part)}`).join(' · ')),
    element('dd', { class: 'split-bar', 'aria-hidden': 'true' },
      ...parts.map(({ part }) => withProperties(element('i'), { '--share': part }))))
}

function average(data, id, { value, median, spread }) {
  const feature = data.features[id]
  const more = median === undefined ? null : element('dd', { class: 'average-more' }, `median ${mean(median)}, spread ${mean(spread)}${feature.log_unit ? '; log scale' : ''}`)
  return element('div', { class: 'average' },
    element('dt', {}, nameOf(data, id)),
    element('dd', {},
      element('b', {}, withUnit(mean(value), feature.unit)),
      element('span', {}, difference(value, feature.mean), element('span', { class: 'unseen' }, ' against all customers'))),
    element('dd', { class: 'track', 'aria-hidden': 'true' }, ...marks(feature, value, spread)),
    more)
}

/** The spread as a band around the average of the segment, against everyone's average. */
function marks(feature, value, spread) {
  const [at, overall] = [position(feature, value), position(feature, feature.mean)]
  const [from, to] = spread === undefined ? [Math.min(at, overall), Math.max(at, overall)] : [value - spread, value + spread].map((one) => position(feature, one))
  return [
    withProperties(element('i', { class: 'track-span' }), { '--from': from, '--to': to }),
    withProperties(element('i', { class: 'track-tick' }), { '--at': overall }),
    withProperties(element('i', { class: 'track-dot' }), { '--at': at }),
  ]
}

function drivers({ drivers: found }, data) {
  if (!found?.length) return null
  return element('div', { class: 'segment-drivers' },
    element('h4', {}, 'What sets them apart'),
    element('ol', { class: 'drivers' }, ...found.slice(0, MOST_DRIVERS).map((one) => driver(one, data))))
}

function driver({ feature, category, difference: apart }, data) {
  const name = category === null ? nameOf(data, feature) : short(`${category}`, 40)
  const size = Math.min(1, Math.abs(apart) / FURTHEST)
  return element('li', { 'data-side': apart < 0 ? 'below' : 'above' },
    element('span', { class: 'driver-name' }, name),
    element('b', {}, signed(apart), element('span', { class: 'unseen' }, ' standard deviations from all others')),
    withProperties(element('i', { 'aria-hidden': 'true' }), { '--size': size }))
}

function advice({ analysis, action, size }) {
  return element('div', { class: 'segment-advice' },
    ...(size === null ? [element('p', {}, TOO_FEW)] : []),
    ...(analysis ? [element('h4', {}, 'Who they are'), element('p', {}, analysis)] : []),
    ...(action ? [element('h4', {}, 'What to do'), element('p', { class: 'action' }, action)] : []))
}

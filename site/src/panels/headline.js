import { element, withProperties } from '../dom.js'
import { ago, count, date, inWords, join, plural, share } from '../format.js'
import { addedNames, featureNames } from './features.js'

const HEADLINE_MODE = 'bivariate'

export function render(root, data) {
  const { segments } = data.modes[HEADLINE_MODE]
  root.replaceChildren(
    element('div', { class: 'headline-story' }, origin(data), lede(data, segments), context(data), rejected(data)),
    element('dl', { class: 'panel numbers' },
      cell('Customers', element('span', { id: 'customer-count' }, count(data.customers)), 'each in exactly one segment'),
      cell('Segments', count(segments.length), 'found by K-Means'),
      cell('Largest segment', share(largest(segments)[0].share), join(largest(segments).map(({ name }) => name))),
      genders(data)),
  )
}

/** Keeps "2 minutes ago" true while the page stays open. */
export function refreshAge(root) {
  const time = root.querySelector('#uploaded-at')
  if (time) root.querySelector('[data-slot="age"]').textContent = ago(time.dateTime)
}

function origin({ source }) {
  return element('p', { class: 'origin' },
    element('strong', { id: 'source-name' }, source.name),
    element('span', { class: 'origin-when' },
      element('time', { id: 'uploaded-at', datetime: source.uploaded_at }, date(source.uploaded_at)),
      ' · ',
      element('span', { 'data-slot': 'age' }, ago(source.uploaded_at))))
}

function lede(data, segments) {
  const top = largest(segments)
  const names = join(top.map(({ name }) => name))
  const each = top.length > 1 ? ' each' : ''
  return element('p', { class: 'lede' },
    `${plural(data.customers, 'customer')}, ${inWords(segments.length)} segments. `,
    element('span', {}, `The largest: ${names}, ${share(top[0].share)}${each}.`))
}

function context(data) {
  return element('p', { class: 'context' },
    `K-Means groups customers who resemble each other. Bivariate mode, summed up here, compares ${join(featureNames(data, 'bivariate'))}; `
    + `multivariate mode adds ${join(addedNames(data))}. Every feature is standardised first, so that none outweighs another by its unit.`)
}

function rejected({ rows }) {
  if (!rows.rejected) return null
  return element('p', { class: 'rejected' }, `${count(rows.rejected)} of ${plural(rows.read, 'row')} could not be used.`)
}

function largest(segments) {
  const size = Math.max(...segments.map((segment) => segment.size))
  return segments.filter((segment) => segment.size === size)
}

function genders({ genders }) {
  const total = genders.reduce((sum, { count }) => sum + count, 0)
  const parts = genders.map(({ label, count }) => ({ label, share: total ? count / total : 0 }))
  return element('div', { class: 'number' },
    element('dt', {}, 'Gender'),
    element('dd', { class: 'number-split' },
      ...parts.map(({ label, share: part }) => element('span', {}, element('b', {}, share(part)), ` ${label}`))),
    element('dd', { class: 'split-bar', 'aria-hidden': 'true' },
      ...parts.map(({ share: part }) => withProperties(element('i'), { '--share': part }))))
}

function cell(label, value, note) {
  return element('div', { class: 'number' },
    element('dt', {}, label),
    element('dd', { class: 'number-value' }, value),
    element('dd', { class: 'number-note' }, note))
}

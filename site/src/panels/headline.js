import { element, withProperties } from '../dom.js'
import { ago, count, date, inWords, join, joinSome, plural, share } from '../format.js'
import { featureNames, groups, idsOf, multivariateAs, nameOf, segmentName } from './features.js'

const HEADLINE_MODE = 'bivariate'

export function render(root, data) {
  const { segments } = data.modes[HEADLINE_MODE]
  root.replaceChildren(
    element('div', { class: 'headline-story' }, origin(data), lede(data, segments), context(data), hint(data)),
    element('dl', { class: 'panel numbers' },
      cell('Customers', element('span', { id: 'customer-count' }, count(data.customers)), 'each in exactly one segment'),
      cell('Segments', count(segments.length), 'found by K-Means'),
      cell('Largest segment', share(largest(segments)[0].share), join(largest(segments).map(segmentName))),
      split(data)),
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
  const names = join(top.map(segmentName))
  const each = top.length > 1 ? ' each' : ''
  return element('p', { class: 'lede' },
    `${plural(data.customers, 'customer')}, ${inWords(segments.length)} segments. `,
    element('span', {}, `The largest: ${names}, ${share(top[0].share)}${each}.`))
}

function context(data) {
  return element('p', { class: 'context' },
    `K-Means groups customers who resemble each other. Bivariate mode, summed up here, compares ${join(featureNames(data, 'bivariate'))}; `
    + `${multivariate(data)}. Every feature is standardised first, so that none outweighs another by its unit.`)
}

function multivariate(data) {
  const { kind, text } = multivariateAs(data, joinSome)
  return kind === 'same' ? 'multivariate mode compares the same, since there are no more features' : `multivariate mode ${kind} ${text}`
}

/** Leads to the panel that says what became of the file, where there is something to say. */
function hint({ rows, intake }) {
  const parts = [
    rows.rejected && `${count(rows.rejected)} of ${plural(rows.read, 'row')} could not be used`,
    intake.notes.length && plural(intake.notes.length, 'note'),
  ].filter(Boolean)
  if (!parts.length) return null
  return element('p', { class: 'hint' }, `${join(parts)}: `, element('a', { href: '#file' }, 'what became of the file'), '.')
}

function largest(segments) {
  const size = Math.max(...segments.map((segment) => segment.size))
  return segments.filter((segment) => segment.size === size)
}

/** How customers divide by the first feature of words, if there is one. */
function split(data) {
  const [id] = idsOf(data, 'categorical')
  if (id === undefined) return cell('Features', count(Object.keys(data.features).length), 'compared')
  const parts = groups(data.features[id])
  const total = parts.reduce((sum, part) => sum + part.count, 0) || 1
  return element('div', { class: 'number' },
    element('dt', {}, nameOf(data, id)),
    element('dd', { class: 'number-split' },
      ...parts.map((part) => element('span', {}, element('b', {}, share(part.count / total)), ` ${part.name}`))),
    element('dd', { class: 'split-bar', 'aria-hidden': 'true' },
      ...parts.map((part) => withProperties(element('i'), { '--share': part.count / total }))))
}

function cell(label, value, note) {
  return element('div', { class: 'number' },
    element('dt', {}, label),
    element('dd', { class: 'number-value' }, value),
    element('dd', { class: 'number-note' }, note))
}

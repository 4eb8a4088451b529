import { claim, evidence, largest } from '../derive/headline.js'
import { element, withProperties } from '../dom.js'
import { ago, count, date, join, joinSome, plural, score, share } from '../format.js'
import { featureNames, multivariateAs, segmentName } from './features.js'
import { chip, painted } from './swatch.js'
import { VERDICTS, verdict } from './verdict.js'

export function render(root, data, { mode, theme }) {
  const shown = data.modes[mode]
  root.replaceChildren(
    element('div', { class: 'headline-story' },
      origin(data),
      element('p', { class: 'lede' }, claim(data, mode)),
      element('p', { class: 'evidence-line' }, evidence(data, mode)),
      context(data),
      apart(data),
      hint(data)),
    element('dl', { class: 'panel numbers' },
      cell('Customers', element('span', { id: 'customer-count' }, count(data.customers)), used(data)),
      cell('Segments', count(shown.segments.length), data.k.source === 'setting' ? 'a setting fixes K' : 'chosen from the data'),
      shown.trust ? trusted(shown.trust) : dominant(shown),
      fresh(data)),
    composition(shown, theme))
}

/** Keeps "2 minutes ago" true while the page stays open. */
export function refreshAge(root) {
  const time = root.querySelector('#uploaded-at')
  if (time) root.querySelector('[data-slot="age"]').textContent = ago(time.dateTime)
}

const origin = ({ source }) => element('p', { class: 'origin' }, 'From ', element('strong', { id: 'source-name' }, source.name))

function context(data) {
  const { kind, text } = multivariateAs(data, joinSome)
  const multivariate = kind === 'same' ? 'multivariate mode compares the same, since there are no more features' : `multivariate mode ${kind} ${text}`
  return element('p', { class: 'context' }, `Bivariate mode compares ${join(featureNames(data, 'bivariate'))}; ${multivariate}.`)
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

/** Who was left out while the segments were sought, in the words of the engine; earlier releases left out nobody. */
const apart = ({ outliers }) => (outliers?.text ? element('p', { class: 'hint' }, outliers.text) : null)

function used({ rows, outliers }) {
  if (outliers?.text) return `${plural(outliers.count, 'customer')} left out`
  return rows.read === rows.used ? 'every row of the file' : `of ${plural(rows.read, 'row')} in the file`
}

const trusted = (trust) => cell('Verdict', verdict(trust.verdict, VERDICTS[trust.verdict].name),
  `silhouette ${score(trust.silhouette)} · stability ${score(trust.stability)}`)

function dominant({ segments }) {
  const top = largest(segments)
  return cell('Largest segment', share(top[0].share), join(top.map(segmentName)))
}

function fresh({ source }) {
  return element('div', { class: 'number' },
    element('dt', {}, 'Freshness'),
    element('dd', { class: 'number-value', 'data-slot': 'age' }, ago(source.uploaded_at)),
    element('dd', { class: 'number-note' }, 'uploaded ', element('time', { id: 'uploaded-at', datetime: source.uploaded_at }, date(source.uploaded_at))))
}

function cell(label, value, note) {
  return element('div', { class: 'number' },
    element('dt', {}, label),
    element('dd', { class: 'number-value' }, value),
    element('dd', { class: 'number-note' }, note))
}

/** All customers as one bar, cut where the segments are. */
function composition({ segments }, theme) {
  return element('div', { class: 'composition' },
    element('div', { class: 'composition-bar', 'aria-hidden': 'true' },
      ...segments.map((segment) => withProperties(painted(element('i', { 'data-segment': segment.id }), segment, theme), { '--share': segment.share ?? 0 }))),
    element('ul', { class: 'chips', 'aria-label': 'Segments' },
      ...segments.map((segment) => element('li', {}, chip(segment, theme, element('b', {}, share(segment.share)))))))
}

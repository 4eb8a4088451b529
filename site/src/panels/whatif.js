import { customerOf, fromSlider, place, questions } from '../derive/placing.js'
import { position, scaleOf } from '../derive/scale.js'
import { element, withProperties } from '../dom.js'
import { number, share, short, withUnit } from '../format.js'
import { featureNames, nameOf, segmentName } from './features.js'
import { label, painted } from './swatch.js'

/** Who the reader has made up, and where both modes place them; null where the data has no model. */
export function customerAt(data, answers) {
  if (!Object.values(data.modes).every(({ model }) => model)) return null
  const values = customerOf(questions(data), answers)
  return { values, placed: Object.fromEntries(Object.entries(data.modes).map(([name, mode]) => [name, place(data.features, mode, values)])) }
}

/** Fields and sliders for one customer, and the segment of both modes. */
export function render(root, data, state) {
  const found = customerAt(data, state.whatIf)
  root.hidden = !found
  if (!found) return
  const asked = questions(data)
  const form = root.querySelector('[data-slot="questions"]')
  const made = JSON.stringify([data.run_id, asked])
  if (form.dataset.made !== made) {
    form.dataset.made = made
    form.replaceChildren(...asked.map((one) => field(data, one)))
  }
  fill(form, data, found.values)
  form.oninput = ({ target }) => answer(form, data, target, state)
  const reset = root.querySelector('[data-slot="reset"]')
  reset.disabled = !state.whatIf
  reset.onclick = () => state.set({ whatIf: null })
  root.querySelector('[data-slot="placed"]').replaceChildren(
    ...Object.keys(data.modes).map((mode) => outcome(data, mode, found.placed[mode], state)))
}

function answer(form, data, { dataset: { question }, type, value: given }, { set }) {
  if (question === undefined) return
  const feature = data.features[question]
  const value = type === 'range' ? fromSlider(feature, given) : given
  for (const other of form.querySelectorAll('[data-question]')) {
    if (other.dataset.question === question && other !== document.activeElement) put(other, feature, value)
  }
  set(({ whatIf }) => ({ whatIf: { ...whatIf, [question]: value } }))
}

function field(data, { id, kind, choices, min, max, slider }) {
  const name = nameOf(data, id)
  const unit = data.features[id].unit
  if (kind === 'choice') {
    return element('label', { class: 'question' }, element('span', {}, name),
      element('select', { 'data-question': id }, ...choices.map((choice) => element('option', { value: choice }, short(choice, 40)))))
  }
  return element('div', { class: 'question' },
    element('label', {}, element('span', {}, withUnit(name, unit && `(${unit})`)), element('input', { 'data-question': id, type: 'number', inputmode: 'decimal', min, max, step: 'any' })),
    element('input', { 'data-question': id, type: 'range', 'aria-label': `${name}, slider`, ...slider }))
}

/** What somebody types just now is left alone. */
function fill(form, data, values) {
  for (const input of form.querySelectorAll('[data-question]')) {
    const [feature, value] = [data.features, values].map((one) => one[input.dataset.question])
    if (input !== document.activeElement) put(input, feature, value)
    if (input.type !== 'range') continue
    withProperties(input, { '--at': position(feature, value) })
    // The slider itself has a number of its scale.
    input.setAttribute('aria-valuetext', withUnit(number(value), feature.unit))
  }
}

function put(input, feature, value) {
  input.value = input.type === 'range' ? scaleOf(feature).of(value) : value
}

const TITLES = { bivariate: 'Bivariate', multivariate: 'Multivariate' }

function outcome(data, mode, { segment, next, confidence }, { theme }) {
  const node = element('div', { class: 'placed', 'data-placed': mode },
    element('h4', {}, TITLES[mode], element('span', { class: 'unseen' }, `, by ${featureNames(data, mode).join(', ')}`)),
    element('p', { class: 'placed-name' }, label(segment, theme)),
    withProperties(element('div', { class: 'meter', 'aria-hidden': 'true' }), { '--share': confidence }),
    element('p', { class: 'placed-note' }, `Confidence ${share(confidence)}${next ? `; next is ${segmentName(next)}` : ''}`))
  return painted(node, segment, theme)
}


import { curve, MEASURES, summary, table } from '../charts/curves.js'
import { draw } from '../charts/draw.js'
import { element } from '../dom.js'
import { number, score } from '../format.js'
import { addedNames } from './features.js'
import { equip } from './tools.js'
import { verdict } from './verdict.js'

// The engine explains K on bivariate mode; under the curves of other features that needs saying.
const SHARED = 'That is bivariate mode; multivariate mode takes its K over, so that the two can be compared.'

/** What each measure says of K, side by side, and what came of it. */
export function render(root, data, { mode, theme }) {
  const { value, text } = data.k
  const shown = data.modes[mode]
  root.querySelector('[data-slot="k"]').textContent = mode === 'bivariate' || !addedNames(data).length ? text : `${text} ${SHARED}`
  trust(root.querySelector('[data-slot="trust"]'), shown)
  for (const measure of Object.keys(MEASURES)) renderCurve(root.querySelector(`[data-measure="${measure}"]`), data, shown, measure, value, theme)
}

function trust(root, { trust: found, text }) {
  root.replaceChildren(...[
    found && element('p', { class: 'trust-verdict' }, verdict(found.verdict)),
    element('div', {},
      element('h3', {}, 'How far to trust it'),
      found && element('p', {}, found.text),
      text && element('p', {}, text)),
  ].filter(Boolean))
}

function renderCurve(figure, data, mode, measure, k, theme) {
  figure.hidden = mode.sweep.every((step) => (step[measure] ?? null) === null)
  if (figure.hidden) return
  const says = verdictOf(measure, mode, k)
  const canvas = figure.querySelector('canvas')
  figure.querySelector('.figure-note').textContent = says.text
  figure.dataset.agrees = String(says.best === k)
  draw(canvas, () => curve(measure, mode, { k, best: says.best }, theme), summary(measure, mode, { k }, says.text))
  equip(figure, { name: `${MEASURES[measure].name} for each K`, source: data.source.name, theme, table: () => table(mode), chart: () => canvas })
}

/** Which K a measure speaks for, and how that is said. */
export function verdictOf(measure, { elbow, silhouette_peak: peak, sweep }, k) {
  const at = (best) => sweep.find((step) => step.k === best)?.[measure] ?? null
  if (measure === 'inertia') {
    return elbow === null ? { best: null, text: 'The curve bends nowhere.' } : { best: elbow, text: `The curve bends at K = ${elbow}, where inertia is ${number(at(elbow))}.` }
  }
  if (measure === 'silhouette') {
    const here = peak === k ? '' : ` At K = ${k} it is ${score(at(k))}.`
    return { best: peak, text: `Highest at K = ${peak}: ${score(at(peak))} of at most 1.${here}` }
  }
  const best = Math.max(...sweep.map(({ stability }) => stability ?? -1))
  const tops = sweep.filter(({ stability }) => stability !== null && best - stability < 0.005).map((step) => step.k)
  const chosen = tops.includes(k)
  return {
    best: chosen ? k : tops[0],
    text: chosen ? `At K = ${k} resamples find the same segments again: ${score(at(k))} of at most 1.` : `Highest at K = ${tops[0]}: ${score(best)} of at most 1. At K = ${k} it is ${score(at(k))}.`,
  }
}

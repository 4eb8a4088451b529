import { curve, MEASURES, summary, table } from '../charts/curves.js'
import { draw } from '../charts/draw.js'
import { verdictOf } from '../derive/measures.js'
import { element } from '../dom.js'
import { addedNames } from './features.js'
import { attachTools } from './tools.js'
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
  attachTools(figure, { name: `${MEASURES[measure].name} for each K`, source: data.source.name, theme, table: () => table(mode), chart: () => canvas })
}

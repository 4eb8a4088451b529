import { draw } from '../charts/draw.js'
import { elbow, summary } from '../charts/elbow.js'
import { addedNames } from './features.js'

// The engine explains K on bivariate mode; under the curves of other features that needs saying.
const SHARED = 'That is bivariate mode; multivariate mode takes its K over, so that the two can be compared.'

export function render(root, data, { mode, theme }) {
  const { value, text } = data.k
  const shown = data.modes[mode]
  root.querySelector('[data-slot="k"]').textContent = mode === 'bivariate' || !addedNames(data).length ? text : `${text} ${SHARED}`
  root.querySelector('[data-slot="trust"]').textContent = shown.text
  draw(root.querySelector('canvas'), elbow(shown, value, theme), summary(shown, value, text))
}

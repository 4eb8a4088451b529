import { element } from '../dom.js'
import { count, score, share } from '../format.js'
import { attachTools } from './tools.js'

const NAMES = { gaussian_mixture: 'Gaussian mixture', ward: 'Ward’s method', hdbscan: 'HDBSCAN' }

/** Whether other methods find the same segments. */
export function render(root, data, { mode, theme }) {
  const found = data.modes[mode].second_opinion
  root.hidden = !found
  if (!found) return
  root.querySelector('[data-slot="text"]').textContent = found.text
  root.querySelector('[data-slot="customers"]').textContent = count(found.customers)
  root.querySelector('[data-slot="preferred"]').textContent = count(found.methods.find((one) => one.preferred_k).preferred_k)
  root.querySelector('tbody').replaceChildren(...found.methods.map(row))
  attachTools(root, {
    name: 'A second opinion', source: data.source.name, theme, isTable: true,
    table: () => ({
      head: ['Method', 'Same', 'Agreement', 'Groups', 'Noise', 'Groups by BIC'],
      rows: found.methods.map((one) => [NAMES[one.method], said(one.same), one.agreement, one.clusters, one.noise, one.preferred_k]),
    }),
  })
}

const row = ({ method, same, agreement, clusters, noise }) => element('tr', {},
  element('th', { scope: 'row' }, NAMES[method]),
  element('td', {}, said(same)),
  numeric(agreement === null ? '–' : score(agreement)),
  numeric(count(clusters)),
  numeric(noise === null ? '–' : share(noise)))

const said = (same) => (same ? 'Yes' : 'No')
const numeric = (text) => element('td', { class: 'numeric' }, text)

import { element } from '../dom.js'

export function render(root, { engine_version, run_id }) {
  root.replaceChildren(
    element('p', {}, 'This page holds counts, averages, and for its charts the customers of each pair of values; no customer’s name or id. Which customer is in which segment stays private, in ',
      element('code', {}, `runs/${run_id}/Clustering_Final.csv`), ' in the private results bucket.'),
    element('p', { class: 'footer-versions' }, `Engine ${engine_version} · Run ${run_id}`))
}

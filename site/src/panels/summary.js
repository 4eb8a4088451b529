import { csv } from '../derive/csv.js'
import { idsOf, nameOf, summedName } from './features.js'
import { save } from './tools.js'

/** All segments of a mode, a row each, for a spreadsheet. */
export function table(data, mode) {
  const { segments } = data.modes[mode]
  const numeric = idsOf(data, 'numeric')
  const words = idsOf(data, 'categorical').flatMap((id) => data.features[id].values.map(({ label }) => [id, label]))
  const sum = summedName(data)
  const measures = [['mean', 'means'], ['median', 'medians'], ['spread', 'spreads']]
  return {
    head: [
      'Segment', 'Name', 'Tag', 'Customers', 'Share', ...(sum ? [`Share of ${sum}`] : []), 'Verdict', 'Found again', 'Silhouette',
      ...numeric.flatMap((id) => measures.map(([name]) => `${nameOf(data, id)} ${name}`)),
      ...words.map(([id, label]) => `${nameOf(data, id)}: ${label}`), 'Who they are', 'What to do',
    ],
    rows: segments.map((segment) => [
      segment.id, segment.name, segment.tag, segment.size, segment.share, ...(sum ? [segment.part_of_sum ?? null] : []),
      segment.trust?.verdict ?? null, segment.trust?.stability ?? null, segment.trust?.silhouette ?? null,
      ...numeric.flatMap((id) => measures.map(([, key]) => segment[key]?.[id] ?? null)),
      ...words.map(([id, label]) => segment.shares[id]?.[label] ?? null), segment.analysis, segment.action,
    ]),
  }
}

export function render(button, data, { mode }) {
  button.onclick = () => save(new Blob(['\ufeff', csv(table(data, mode))], { type: 'text/csv' }), `segments-${mode}.csv`)
}

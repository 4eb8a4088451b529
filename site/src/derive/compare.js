/**
 * Rows that set two segments side by side: numbers by mean, words by share. `apart` counts standard deviations of all
 * customers. What is not known of both has none.
 */
export function sideBySide(data, one, two) {
  const rows = []
  for (const [id, feature] of Object.entries(data.features)) {
    if (feature.kind === 'numeric') {
      const [a, b] = [one.means[id], two.means[id]]
      if (a === undefined || b === undefined) continue
      rows.push({ id, category: null, a, b, apart: feature.sd ? (a - b) / feature.sd : 0 })
    } else if (one.shares[id] && two.shares[id]) {
      for (const { label } of largestValues(feature)) {
        const [a, b] = [one, two].map(({ shares }) => shares[id]?.[label] ?? 0)
        rows.push({ id, category: label, a, b, apart: null })
      }
    }
  }
  return rows
}

const MOST_VALUES = 4

/** Of two values, the second says nothing that the first does not. */
function largestValues({ values }) {
  const sorted = [...values].sort((a, b) => (b.count ?? 0) - (a.count ?? 0))
  return sorted.slice(0, sorted.length === 2 ? 1 : MOST_VALUES)
}

/** The two segments to set side by side: as asked for, else the two largest. */
export function pairOf({ segments }, { pair, focus }) {
  const bySize = [...segments].sort((a, b) => (b.size ?? 0) - (a.size ?? 0)).map(({ id }) => id)
  const known = (id) => bySize.includes(id)
  if (pair?.every(known) && pair[0] !== pair[1]) return pair
  const first = known(focus) ? focus : bySize[0]
  return [first, bySize.find((id) => id !== first)]
}

/** How far a segment lies from everyone in each feature: standard deviations, and for words, of the share; null where that is not known. */
export function profileOf(data, segment, ids) {
  return ids.map(({ id, category }) => {
    const feature = data.features[id]
    if ((category === null ? segment.means : segment.shares)[id] === undefined) return null
    if (category === null) return feature.sd ? (segment.means[id] - feature.mean) / feature.sd : 0
    const all = shareOf(feature, category)
    const spread = Math.sqrt(all * (1 - all))
    return spread ? ((segment.shares[id]?.[category] ?? 0) - all) / spread : 0
  })
}

/** What a profile has a line for: every number, and of the words the most frequent, or both where there are more than two. */
export function profileLines(data) {
  return Object.entries(data.features).flatMap(([id, feature]) =>
    feature.kind === 'numeric' ? [{ id, category: null }] : largestValues(feature).map(({ label }) => ({ id, category: label })))
}

function shareOf({ values }, category) {
  const total = values.reduce((sum, { count }) => sum + (count ?? 0), 0) || 1
  return (values.find(({ label }) => label === category)?.count ?? 0) / total
}

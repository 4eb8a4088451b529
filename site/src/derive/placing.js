/**
 * Where one customer belongs: each coordinate less its mean, divided by its
 * scale; the nearest centroid is the segment. Its confidence is 1 - d1/d2, of
 * the distances to the two nearest centroids: 0 on the border, 1 on the centroid.
 * `segment score` computes the same.
 */
export function place({ model, segments }, customer) {
  const at = model.coordinates.map(({ feature, category, mean, scale }) => (value(customer[feature], category) - mean) / scale)
  // A segment of too few customers has no centroid that is told.
  const distances = model.centroids.map((centroid) => (centroid ? Math.hypot(...centroid.map((one, index) => one - at[index])) : Infinity))
  const [first, second] = distances.map((_, index) => index).sort((a, b) => distances[a] - distances[b] || a - b)
  return {
    segment: segments[first],
    next: Number.isFinite(distances[second]) ? segments[second] : null,
    confidence: distances[second] ? 1 - distances[first] / distances[second] : 1,
  }
}

const value = (given, category) => (category === null ? Number(given) : Number(given === category))

/** What can be asked of a customer: the features of both modes, each with what is usual of it. */
export function questions(data) {
  const ids = [...new Set(Object.values(data.modes).flatMap((mode) => mode.model?.coordinates.map(({ feature }) => feature) ?? []))]
  return ids.map((id) => ({ id, ...question(data.features[id]) }))
}

function question(feature) {
  if (feature.kind === 'categorical') {
    const [usual] = [...feature.values].sort((a, b) => (b.count ?? 0) - (a.count ?? 0))
    return { kind: 'choice', choices: feature.values.map(({ label }) => label), usual: usual.label }
  }
  const step = stepOf(feature.max - feature.min)
  const usual = Math.round((feature.median ?? feature.mean) / step) * step
  return { kind: 'number', min: feature.min, max: feature.max, step, usual: Number(usual.toPrecision(12)) }
}

/** A hundred steps or more, each a power of ten. */
function stepOf(span) {
  return span > 0 ? 10 ** Math.floor(Math.log10(span / 50)) : 1
}

/** The customer that the answers describe; what is not answered, or wrongly, is usual. */
export function customerOf(asked, answers) {
  return Object.fromEntries(asked.map(({ id, kind, choices, usual }) => {
    const given = answers?.[id]
    const valid = kind === 'choice' ? choices.includes(given) : given !== undefined && given !== '' && Number.isFinite(Number(given))
    return [id, valid ? (kind === 'choice' ? given : Number(given)) : usual]
  }))
}

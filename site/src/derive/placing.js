import { scaleOf } from './scale.js'

/**
 * Where one customer belongs: each coordinate, on the scale of its feature, less
 * its mean, divided by its scale; the nearest centroid is the segment. Its
 * confidence is 1 - d1/d2, of the distances to the two nearest centroids: 0 on
 * the border, 1 on the centroid. `segment score` computes the same.
 */
export function place(features, { model, segments }, customer) {
  const at = model.coordinates.map(({ feature, category, mean, scale }) => (value(features[feature], customer[feature], category) - mean) / scale)
  // A segment of too few customers has no centroid that is told.
  const distances = model.centroids.map((centroid) => (centroid ? Math.hypot(...centroid.map((one, index) => one - at[index])) : Infinity))
  const [first, second] = distances.map((_, index) => index).sort((a, b) => distances[a] - distances[b] || a - b)
  return {
    segment: segments[first],
    next: Number.isFinite(distances[second]) ? segments[second] : null,
    confidence: distances[second] ? 1 - distances[first] / distances[second] : 1,
  }
}

const value = (feature, given, category) => (category === null ? scaleOf(feature).of(Number(given)) : Number(given === category))

/** Where the centroid of a segment lies in one feature: on a log scale that is not the mean of the segment. */
export function centroidAt(features, { model, segments }, segment, id) {
  const index = model?.coordinates.findIndex(({ feature }) => feature === id) ?? -1
  if (!features[id].log_unit || index < 0) return segment.means[id]
  const { mean, scale } = model.coordinates[index]
  return scaleOf(features[id]).back(mean + scale * model.centroids[segments.indexOf(segment)][index])
}

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
  const { min, max, log_unit: unit } = feature
  const usual = feature.median ?? feature.mean
  if (unit) return { kind: 'number', min, max, usual: readable(usual), slider: sliderOf(feature, (span) => span / STEPS) }
  const slider = sliderOf(feature, stepOf)
  return { kind: 'number', min, max, usual: Number((Math.round(usual / slider.step) * slider.step).toPrecision(12)), slider }
}

const STEPS = 100

/** A slider moves evenly on the feature's scale. */
function sliderOf(feature, step) {
  const [min, max] = [feature.min, feature.max].map(scaleOf(feature).of)
  return { min, max, step: step(max - min) }
}

/** The value at a place of the slider: on a log scale with two digits, as exact as anybody can aim. */
export const fromSlider = (feature, at) => (feature.log_unit ? String(readable(scaleOf(feature).back(Number(at)))) : at)

const readable = (value) => Number(value.toPrecision(2))

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

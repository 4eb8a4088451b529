import { join, short } from '../format.js'

const MODES = ['bivariate', 'multivariate']

/** The name of a feature, as it fits into a sentence or a heading. */
export const nameOf = (data, id) => short(data.features[id].name)

/** What each segment has a share of: "Total Spend"; null where no sum means anything. Earlier releases took the second axis. */
export function summedName(data) {
  const { summed, modes } = data
  if (summed === undefined) return `the sum of ${nameOf(data, modes.bivariate.scatter.y)}`
  return summed === null ? null : nameOf(data, summed)
}

/** The names of a mode's features. */
export const featureNames = (data, mode) => names(data, data.modes[mode].features)

/** What multivariate mode looks at beyond bivariate mode; nothing where both compare the same. */
export function addedNames(data) {
  const [bivariate, multivariate] = MODES.map((mode) => data.modes[mode].features)
  return names(data, multivariate.filter((id) => !bivariate.includes(id)))
}

/** Whether multivariate mode keeps all that bivariate mode compares; settings may choose others. */
export function isExtended(data) {
  const [bivariate, multivariate] = MODES.map((mode) => data.modes[mode].features)
  return bivariate.every((id) => multivariate.includes(id))
}

/** All ids of one kind in the order of the modes, which the keys of an object lose where they are numbers. */
export function idsOf(data, kind) {
  const ids = new Set([...data.modes.multivariate.features, ...data.modes.bivariate.features, ...Object.keys(data.features)])
  return [...ids].filter((id) => data.features[id].kind === kind)
}

/** The name of a segment, which may be made of the file's own words. */
export const segmentName = ({ name }) => short(name, 100)

const MOST_VALUES = 4

/** The values of a categorical feature, largest first: the few that a line has room for, and all others as one. */
export function groups({ values }) {
  const sorted = values.map(({ label, count }) => group(short(label, 40), [label], count ?? 0)).sort((a, b) => b.count - a.count)
  if (sorted.length <= MOST_VALUES + 1) return sorted
  const rest = sorted.slice(MOST_VALUES)
  return [
    ...sorted.slice(0, MOST_VALUES),
    group(`${rest.length} others`, rest.flatMap(({ labels }) => labels), rest.reduce((sum, { count }) => sum + count, 0)),
  ]
}

const group = (name, labels, count) => ({ name, labels, count })

const names = (data, ids) => ids.map((id) => nameOf(data, id))

/** "the same features", "adds Age" or "compares Fresh": see `joinNames` for how names are put together. */
export function multivariateAs(data, joinNames = join) {
  const added = addedNames(data)
  if (!added.length) return { kind: 'same', text: '' }
  return isExtended(data)
    ? { kind: 'adds', text: joinNames(added) }
    : { kind: 'compares', text: joinNames(featureNames(data, 'multivariate')) }
}

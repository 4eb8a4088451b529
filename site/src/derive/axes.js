/** Every pair of features that a mode has a scatter of: those of version 2 have one. */
const scatters = (mode) => [mode.scatter, ...(mode.other_scatters ?? [])]

/** The ids that may be an axis. */
export const axes = (mode) => [...new Set(scatters(mode).flatMap(({ x, y }) => [x, y]))]

/** The scatter of two features, whichever of them the data has as x; the mode's own where there is none. */
export function scatterOf(mode, x, y) {
  const found = scatters(mode).find((one) => one.x === x && one.y === y)
  if (found) return found
  const turned = scatters(mode).find((one) => one.x === y && one.y === x)
  return turned ? transposed(turned) : mode.scatter
}

/** The axes that a state asks for; one of them alone keeps the other as it is, where there is such a pair. */
export function chosenAxes(mode, { x, y }) {
  const { x: defaultX, y: defaultY } = mode.scatter
  const found = scatterOf(mode, x ?? other(defaultX, defaultY, y), y ?? other(defaultY, defaultX, x))
  return { x: found.x, y: found.y }
}

/** What both axes become when one is chosen: the feature of the other axis makes them change places. */
export function withAxis({ x, y }, axis, id) {
  if (axis === 'x') return id === y ? { x: y, y: x } : { x: id, y }
  return id === x ? { x: y, y: x } : { x, y: id }
}

const other = (usual, instead, taken) => (taken === usual ? instead : usual)

const transposed = ({ x, y, points, hidden }) =>
  ({ x: y, y: x, hidden, points: points.map(([a, b, id, count]) => [b, a, id, count]) })

import { scaleOf } from '../derive/scale.js'
import { plural, reading } from '../format.js'
import { against, dot, EDGE, featureAxis, options, radii } from './style.js'

/** Customers by two features, with the least-squares line through them. */
export function landscape(data, { x, y, r, points }, theme) {
  const features = data.features
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          label: 'Customers',
          data: points.map(([x, y, count]) => ({ x, y, count })),
          pointRadius: radii(points.map(([, , count]) => count), 4),
          pointHoverRadius: 7,
          clip: EDGE,
          ...dot(theme.accent, theme),
        },
        {
          label: 'Linear trend',
          data: trend(features[x], features[y], r),
          showLine: true,
          pointRadius: 0,
          pointHitRadius: 0,
          borderColor: theme.quiet,
          borderWidth: 1.5,
          borderDash: [6, 5],
        },
      ],
    },
    options: options(theme, {
      scales: {
        x: featureAxis(theme, features[x]),
        y: featureAxis(theme, features[y]),
      },
      tooltip: {
        title: ([item]) => plural(item.raw.count, 'customer'),
        label: ({ raw }) => [reading(features[x], raw.x), reading(features[y], raw.y)],
      },
    }),
  }
}

export function summary(data, { x, y, text }) {
  return `Scatter plot of ${against(data.features, x, y)} for ${plural(data.customers, 'customer')}. ${text}`
}

const STEPS = 50

/** Correlation, means and deviations are enough to place the line, which on a log scale is a curve. */
function trend(x, y, r) {
  const slope = x.sd ? (r * y.sd) / x.sd : 0
  const isCurve = x.log_unit || y.log_unit
  const { of, back } = scaleOf(x)
  const [from, to] = [of(x.min), of(x.max)]
  const along = isCurve ? Array.from({ length: STEPS + 1 }, (_, step) => back(from + ((to - from) * step) / STEPS)) : [x.min, x.max]
  const line = along.map((at) => ({ x: at, y: y.mean + slope * (at - x.mean) }))
  return isCurve ? line.filter((at) => at.y >= y.min && at.y <= y.max) : line
}

export const table = (data, { x, y, points }) =>
  ({ head: [x, y].map((id) => data.features[id].label).concat('Customers'), rows: points })

import { plural, reading, short } from '../format.js'
import { axis, dot, EDGE, options, radii } from './style.js'

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
        x: axis(theme, short(features[x].label)),
        y: axis(theme, short(features[y].label)),
      },
      tooltip: {
        title: ([item]) => plural(item.raw.count, 'customer'),
        label: ({ raw }) => [reading(features[x], raw.x), reading(features[y], raw.y)],
      },
    }),
  }
}

export function summary(data, { x, y, text }) {
  return `Scatter plot of ${short(data.features[y].name)} against ${short(data.features[x].name)} for ${plural(data.customers, 'customer')}. ${text}`
}

/** Correlation, means and deviations are enough to place the line. */
function trend(x, y, r) {
  const slope = x.sd ? (r * y.sd) / x.sd : 0
  return [x.min, x.max].map((at) => ({ x: at, y: y.mean + slope * (at - x.mean) }))
}

export const table = (data, { x, y, points }) =>
  ({ head: [x, y].map((id) => data.features[id].label).concat('Customers'), rows: points })

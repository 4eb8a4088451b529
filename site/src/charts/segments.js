import { centroidAt } from '../derive/placing.js'
import { mean, plural, reading, short } from '../format.js'
import { look, translucent } from './palette.js'
import { against, dot, EDGE, featureAxis, options, radii } from './style.js'

/**
 * One dataset per segment that is not hidden, one for the centroids, and one for
 * the customer who is being placed, if there is one. A segment in focus leaves the
 * others pale.
 */
export function segments(data, mode, { scatter, focus, hidden, customer }, theme) {
  const { x, y, points } = scatter
  const features = data.features
  const sizes = radii(points.map(([, , , count]) => count), 4)
  const shown = mode.segments.filter(({ id }) => !hidden.includes(id))
  const pale = ({ id }) => focus !== null && id !== focus
  return {
    type: 'scatter',
    data: {
      datasets: [
        ...shown.map((segment) => members(segment, points, sizes, pale(segment), theme)),
        centroids(features, mode, shown, scatter, pale, theme),
        ...(customer ? [placed(customer, scatter, theme)] : []),
      ],
    },
    options: options(theme, {
      scales: {
        x: featureAxis(theme, features[x], range(points, 0)),
        y: featureAxis(theme, features[y], range(points, 1)),
      },
      tooltip: {
        title: ([{ raw }]) => short(raw.name),
        label: ({ raw }) => describe(raw, features[x], features[y]),
      },
    }),
  }
}

export function summary(data, mode, { scatter: { x, y }, hidden, customer }) {
  const shown = mode.segments.filter(({ id }) => !hidden.includes(id))
  const parts = shown.map(({ name, size }) => `${short(name)}, ${plural(size, 'customer')}`)
  const also = customer ? ` The customer you placed is in ${short(customer.segment.name)}.` : ''
  return `Scatter plot of ${against(data.features, x, y)}, one colour and shape per segment: ${parts.join('; ')}.${also}`
}

export function table(data, mode, { x, y, points }) {
  const names = new Map(mode.segments.map(({ id, name }) => [id, name]))
  return {
    head: [...[x, y].map((id) => data.features[id].label), 'Segment', 'Customers'],
    rows: points.map(([a, b, id, count]) => [a, b, names.get(id), count]),
  }
}

function members(segment, points, sizes, pale, theme) {
  const { colour, pointStyle, rotation, scale, stroked } = look(segment, theme)
  const own = points.map((point, index) => ({ point, size: sizes[index] * scale })).filter(({ point }) => point[2] === segment.id)
  const shade = pale ? translucent(colour, 0.14) : colour
  return {
    label: segment.name,
    segmentId: segment.id,
    order: pale ? 1 : 0,
    data: own.map(({ point: [x, y, , count] }) => ({ x, y, count, name: segment.name })),
    pointStyle,
    pointRotation: rotation,
    pointRadius: own.map(({ size }) => size),
    pointHoverRadius: 8,
    clip: EDGE,
    ...dot(colour, theme),
    ...(pale && { backgroundColor: shade, borderWidth: 0 }),
    ...(stroked && { borderColor: shade, borderWidth: 2 }),
  }
}

function centroids(features, mode, all, { x, y }, pale, theme) {
  const segments = all.filter(({ means }) => means[x] !== undefined && means[y] !== undefined)
  const looks = segments.map((segment) => look(segment, theme))
  const colours = looks.map(({ colour }, index) => (pale(segments[index]) ? translucent(colour, 0.25) : colour))
  return {
    label: 'Centroids',
    order: -1,
    segmentIds: segments.map(({ id }) => id),
    data: segments.map((segment) => ({ x: centroidAt(features, mode, segment, x), y: centroidAt(features, mode, segment, y), name: segment.name, centroid: true })),
    pointStyle: looks.map(({ pointStyle }) => pointStyle),
    pointRotation: looks.map(({ rotation }) => rotation),
    pointRadius: looks.map(({ scale }) => 9 * scale),
    pointHoverRadius: looks.map(({ scale }) => 11 * scale),
    pointBackgroundColor: colours,
    pointBorderColor: looks.map(({ stroked }, index) => (stroked ? colours[index] : pale(segments[index]) ? 'transparent' : theme.ink)),
    pointBorderWidth: looks.map(({ stroked }) => (stroked ? 4 : 2)),
  }
}

/** A ring and a dot: no segment has that shape. */
function placed({ values, segment }, { x, y }, theme) {
  const at = { x: values[x], y: values[y], name: 'The customer you placed', placed: segment.name }
  return {
    label: 'What if',
    order: -2,
    data: [at, at],
    pointStyle: 'circle',
    pointRadius: [13, 4.5],
    pointHoverRadius: [15, 5],
    pointBackgroundColor: ['transparent', theme.ink],
    pointBorderColor: [theme.ink, theme.panel],
    pointBorderWidth: [3, 1.5],
    clip: EDGE,
  }
}

/** The plot keeps its borders when segments are hidden, and holds whoever is placed at its edge. */
function range(points, at) {
  const values = points.map((point) => point[at])
  return values.length ? { suggestedMin: Math.min(...values), suggestedMax: Math.max(...values) } : {}
}

function describe(raw, x, y) {
  if (raw.placed) return [short(raw.placed), reading(x, raw.x), reading(y, raw.y)]
  return raw.centroid
    ? [`Centroid: the average of the segment${x.log_unit || y.log_unit ? ', in logarithms where the axis is' : ''}`, reading(x, raw.x, mean), reading(y, raw.y, mean)]
    : [plural(raw.count, 'customer'), reading(x, raw.x), reading(y, raw.y)]
}

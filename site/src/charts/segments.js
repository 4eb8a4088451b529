import { mean, plural, reading, short } from '../format.js'
import { look } from './palette.js'
import { axis, dot, EDGE, options, radii } from './style.js'

/** One dataset per segment, and one on top for the segments' centroids. */
export function segments(data, mode, theme) {
  const { x, y, points } = mode.scatter
  const features = data.features
  const sizes = radii(points.map(([, , , count]) => count), 4)
  return {
    type: 'scatter',
    data: {
      datasets: [
        ...mode.segments.map((segment) => members(segment, points, sizes, theme)),
        centroids(mode, theme),
      ],
    },
    options: options(theme, {
      scales: {
        x: axis(theme, short(features[x].label)),
        y: axis(theme, short(features[y].label)),
      },
      tooltip: {
        title: ([{ raw }]) => short(raw.name),
        label: ({ raw }) => describe(raw, features[x], features[y]),
      },
    }),
  }
}

export function summary(data, mode) {
  const { x, y } = mode.scatter
  const parts = mode.segments.map(({ name, size }) => `${short(name)}, ${plural(size, 'customer')}`)
  return `Scatter plot of ${short(data.features[y].name)} against ${short(data.features[x].name)}, one colour and shape per segment: ${parts.join('; ')}.`
}

function members(segment, points, sizes, theme) {
  const { colour, pointStyle, rotation, scale, stroked } = look(segment.id, theme)
  const own = points.map((point, index) => ({ point, size: sizes[index] * scale })).filter(({ point }) => point[2] === segment.id)
  return {
    label: segment.name,
    segmentId: segment.id,
    data: own.map(({ point: [x, y, , count] }) => ({ x, y, count, name: segment.name })),
    pointStyle,
    pointRotation: rotation,
    pointRadius: own.map(({ size }) => size),
    pointHoverRadius: 8,
    clip: EDGE,
    ...dot(colour, theme),
    ...(stroked && { borderColor: colour, borderWidth: 2 }),
  }
}

function centroids({ segments, scatter }, theme) {
  const looks = segments.map(({ id }) => look(id, theme))
  return {
    label: 'Centroids',
    order: -1,
    data: segments.map(({ name, means }) => ({ x: means[scatter.x], y: means[scatter.y], name, centroid: true })),
    pointStyle: looks.map(({ pointStyle }) => pointStyle),
    pointRotation: looks.map(({ rotation }) => rotation),
    pointRadius: looks.map(({ scale }) => 9 * scale),
    pointHoverRadius: looks.map(({ scale }) => 11 * scale),
    pointBackgroundColor: looks.map(({ colour }) => colour),
    pointBorderColor: looks.map(({ colour, stroked }) => (stroked ? colour : theme.ink)),
    pointBorderWidth: looks.map(({ stroked }) => (stroked ? 4 : 2)),
  }
}

function describe(raw, x, y) {
  return raw.centroid
    ? ['Centroid: the average of the segment', reading(x, raw.x, mean), reading(y, raw.y, mean)]
    : [plural(raw.count, 'customer'), reading(x, raw.x), reading(y, raw.y)]
}

import { profileOf } from '../derive/compare.js'
import { score, short, signed } from '../format.js'
import { look, translucent } from './palette.js'
import { axis, options } from './style.js'

/** A snake plot: a line for each segment, through how far it lies from all customers in each feature. */
export function profile(data, mode, lines, { focus, hidden }, theme) {
  const shown = mode.segments.filter(({ id }) => !hidden.includes(id))
  return {
    type: 'line',
    data: { datasets: shown.map((segment) => snake(data, segment, lines, focus !== null && segment.id !== focus, theme)) },
    options: options(theme, {
      indexAxis: 'y',
      scales: {
        x: axis(theme, 'Standard deviations from the average of all customers', {
          suggestedMin: -1.5,
          suggestedMax: 1.5,
          grid: { color: ({ tick }) => (tick?.value === 0 ? theme.quiet : theme.grid), lineWidth: ({ tick }) => (tick?.value === 0 ? 1.5 : 1), drawTicks: false },
          ticks: { callback: (value) => signed(value) },
        }),
        y: axis(theme, '', {
          title: { display: false },
          min: -0.5,
          max: lines.length - 0.5,
          reverse: true,
          grid: { color: theme.grid, drawTicks: false },
          afterBuildTicks: (scale) => { scale.ticks = lines.map((_, value) => ({ value })) },
          ticks: { autoSkip: false, callback: (index) => nameOfLine(data, lines[index], 18) },
        }),
      },
      tooltip: {
        title: ([{ raw }]) => short(raw.name),
        label: ({ raw }) => `${nameOfLine(data, lines[raw.y], 40)}: ${signed(raw.x)} standard deviations`,
      },
    }),
  }
}

export function summary(data, mode, lines) {
  const most = mode.segments.filter((segment) => profileOf(data, segment, lines).some((value) => value !== null)).map((segment) => {
    const values = profileOf(data, segment, lines)
    const at = values.map(Math.abs).indexOf(Math.max(...values.map(Math.abs)))
    return `${short(segment.name)} is furthest in ${nameOfLine(data, lines[at], 40)}, ${signed(values[at])}`
  })
  return `Profile of each segment in standard deviations from the average of all customers. ${most.join('; ')}.`
}

export function table(data, mode, lines) {
  const profiles = mode.segments.map((segment) => profileOf(data, segment, lines))
  return {
    head: ['Standard deviations from all customers', ...mode.segments.map(({ name }) => name)],
    rows: lines.map((line, index) => [nameOfLine(data, line, 100), ...profiles.map((values) => (values[index] === null ? null : Number(values[index].toFixed(4))))]),
    format: score,
  }
}

export const nameOfLine = (data, { id, category }, most) =>
  short(category === null ? data.features[id].name : `${short(data.features[id].name, 24)}: ${category}`, most)

function snake(data, segment, lines, pale, theme) {
  const { colour, pointStyle, rotation, scale, stroked } = look(segment, theme)
  const shade = pale ? translucent(colour, 0.18) : colour
  return {
    label: segment.name,
    segmentId: segment.id,
    order: pale ? 1 : 0,
    data: profileOf(data, segment, lines).map((x, y) => ({ x, y, name: segment.name })).filter(({ x }) => x !== null),
    borderColor: pale ? shade : translucent(colour, 0.55),
    borderWidth: 2,
    pointStyle,
    pointRotation: rotation,
    pointRadius: 6 * scale,
    pointHoverRadius: 8 * scale,
    pointHitRadius: 8,
    pointBackgroundColor: shade,
    pointBorderColor: stroked ? shade : theme.panel,
    pointBorderWidth: stroked ? 2.5 : 1.5,
    tension: 0,
    clip: 12,
  }
}

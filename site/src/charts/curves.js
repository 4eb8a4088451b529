import { number, score } from '../format.js'
import { axis, options } from './style.js'

/** The three measures that K is chosen by, each a chart of its own on the same K axis. */
export const MEASURES = {
  inertia: { name: 'Inertia', colour: 'accent', format: number },
  silhouette: { name: 'Silhouette', colour: 'second', format: score, ceiling: 1 },
  stability: { name: 'Stability', colour: 'third', format: score, ceiling: 1 },
}

/** One measure for every K tried, the chosen K and the K that the measure speaks for marked. */
export function curve(measure, { sweep }, { k, best }, theme) {
  const { name, format, ceiling } = MEASURES[measure]
  const colour = theme[MEASURES[measure].colour]
  const at = (chosen, spokenFor, other) => sweep.map((step) => (step.k === k ? chosen : step.k === best ? spokenFor : other))
  return {
    type: 'line',
    data: {
      datasets: [{
        label: name,
        data: sweep.map((step) => ({ x: step.k, y: step[measure] ?? null })),
        borderColor: colour,
        borderWidth: 2.5,
        borderCapStyle: 'round',
        borderJoinStyle: 'round',
        cubicInterpolationMode: 'monotone',
        pointRadius: at(7, 6, 3),
        pointHoverRadius: at(9, 8, 5),
        pointBackgroundColor: at(colour, theme.panel, theme.panel),
        pointBorderColor: at(theme.panel, colour, colour),
        pointBorderWidth: at(2, 3, 2),
        pointHitRadius: 14,
        clip: 12,
      }],
    },
    options: options(theme, {
      scales: {
        x: axis(theme, 'Number of segments K', {
          min: 0.6,
          max: sweep.length + 0.4,
          grid: { display: false },
          afterBuildTicks: (scale) => { scale.ticks = sweep.map((step) => ({ value: step.k })) },
          ticks: { autoSkip: false },
        }),
        y: axis(theme, name, { title: { display: false }, suggestedMin: 0, max: ceiling, ticks: { maxTicksLimit: 5 } }),
      },
      tooltip: {
        title: ([item]) => `K = ${item.parsed.x}`,
        label: ({ parsed }) => `${name} ${format(parsed.y)}`,
      },
      layout: { padding: { top: 26, right: 8 } },
      plugins: { chosenK: { k, colour: theme.ink, ink: theme.panel } },
    }),
    plugins: [chosenK],
  }
}

export function summary(measure, { sweep }, { k }, says) {
  const { name, format } = MEASURES[measure]
  const [step] = sweep.filter((one) => one.k === k)
  const value = step[measure] ?? null
  return `Line chart of ${name.toLowerCase()} for K = 1 to ${sweep.length}. ${value === null ? '' : `At the chosen K = ${k} it is ${format(value)}. `}${says}`
}

export const table = ({ sweep }) =>
  ({ head: ['K', ...Object.values(MEASURES).map(({ name }) => name)], rows: sweep.map((step) => [step.k, ...Object.keys(MEASURES).map((measure) => step[measure] ?? null)]) })

const chosenK = {
  id: 'chosenK',
  beforeDatasetsDraw({ ctx, chartArea, scales, width }, _, { k, colour, ink }) {
    const x = scales.x.getPixelForValue(k)
    const label = Math.min(x, width - 27)
    ctx.save()
    ctx.strokeStyle = colour
    ctx.lineWidth = 1
    ctx.globalAlpha = 0.55
    ctx.setLineDash([3, 4])
    ctx.beginPath()
    ctx.moveTo(x, chartArea.top - 6)
    ctx.lineTo(x, chartArea.bottom)
    ctx.stroke()
    ctx.globalAlpha = 1
    ctx.fillStyle = colour
    ctx.beginPath()
    ctx.roundRect(label - 24, chartArea.top - 26, 48, 21, 10.5)
    ctx.fill()
    ctx.fillStyle = ink
    ctx.font = "700 12px 'Hanken Grotesk Variable', system-ui, sans-serif"
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.fillText(`K = ${k}`, label, chartArea.top - 15)
    ctx.restore()
  },
}

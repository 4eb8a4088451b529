import { number, score } from '../format.js'
import { axis, options } from './style.js'

/** Inertia above, silhouette below, one K axis under both, the chosen K across both. */
export function elbow({ sweep }, k, theme) {
  return {
    type: 'line',
    data: {
      datasets: [
        line('Inertia', 'inertia', sweep, k, theme.accent, theme),
        line('Silhouette', 'silhouette', sweep, k, theme.second, theme),
      ],
    },
    options: options(theme, {
      scales: {
        x: kAxis(sweep, theme),
        // Chart.js stacks upwards: the last axis is the upper one.
        silhouette: axis(theme, 'Silhouette', stacked({ weight: 2, beginAtZero: false, ticks: 4 })),
        inertia: axis(theme, 'Inertia', stacked({ weight: 3, beginAtZero: true, ticks: 5 })),
      },
      tooltip: {
        title: ([item]) => `K = ${item.parsed.x}`,
        label: ({ dataset, parsed }) => `${dataset.label} ${dataset.yAxisID === 'inertia' ? number(parsed.y) : score(parsed.y)}`,
      },
      plugins: { chosenK: { k, colour: theme.ink, ink: theme.panel } },
    }),
    plugins: [chosenK],
  }
}

export function summary({ sweep }, k, text) {
  const at = sweep.find((step) => step.k === k)
  const silhouette = at.silhouette === null ? '' : `, silhouette ${score(at.silhouette)}`
  return `Line chart of inertia and silhouette for K = 1 to ${sweep.length}. Chosen: K = ${k}, inertia ${number(at.inertia)}${silhouette}. ${text}`
}

function line(label, measure, sweep, k, colour, theme) {
  const chosen = (yes, no) => sweep.map((step) => (step.k === k ? yes : no))
  return {
    label,
    yAxisID: measure,
    data: sweep.map((step) => ({ x: step.k, y: step[measure] })),
    borderColor: colour,
    borderWidth: 2.5,
    borderCapStyle: 'round',
    borderJoinStyle: 'round',
    cubicInterpolationMode: 'monotone',
    pointRadius: chosen(7, 3),
    pointHoverRadius: chosen(9, 5),
    pointBackgroundColor: chosen(colour, theme.panel),
    pointBorderColor: chosen(theme.panel, colour),
    pointBorderWidth: 2,
    pointHitRadius: 14,
  }
}

function kAxis(sweep, theme) {
  return axis(theme, 'Number of segments K', {
    min: 0.6,
    max: sweep.length + 0.4,
    grid: { display: false },
    afterBuildTicks: (scale) => { scale.ticks = sweep.map(({ k }) => ({ value: k })) },
    ticks: { autoSkip: false },
  })
}

/** Axes of one stack share the height instead of the plot, which two scales in one plot would blur. */
function stacked({ weight, beginAtZero, ticks }) {
  return {
    stack: 'fit',
    stackWeight: weight,
    offset: true,
    beginAtZero,
    ticks: { maxTicksLimit: ticks },
  }
}

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
    ctx.moveTo(x, chartArea.top + 20)
    ctx.lineTo(x, chartArea.bottom)
    ctx.stroke()
    ctx.globalAlpha = 1
    ctx.fillStyle = colour
    ctx.beginPath()
    ctx.roundRect(label - 26, chartArea.top - 4, 52, 24, 12)
    ctx.fill()
    ctx.fillStyle = ink
    ctx.font = "700 12px 'Hanken Grotesk Variable', system-ui, sans-serif"
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.fillText(`K = ${k}`, label, chartArea.top + 8.5)
    ctx.restore()
  },
}

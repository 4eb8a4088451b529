import {
  BarController, BarElement, Chart, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip,
} from 'chart.js'

Chart.register(BarController, BarElement, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip)

const waiting = new Map()
let timer = null

/**
 * Draws on the canvas what `make` returns, or changes what it shows; `summary`
 * says it to those who cannot see it. Charts are drawn one at a time, what is
 * in view first, so that the page answers in between.
 */
export function draw(canvas, make, summary) {
  canvas.setAttribute('aria-label', summary)
  canvas.setAttribute('aria-busy', 'true')
  waiting.set(canvas, make)
  timer ??= setTimeout(work)
}

/** Draws at once whatever still waits, as for the printer. */
export function drawAll() {
  while (waiting.size) drawNext()
}

/** Lets go of a canvas that leaves the page. */
export function erase(canvas) {
  waiting.delete(canvas)
  canvas.chart?.destroy()
}

function work() {
  timer = null
  drawNext()
  if (waiting.size) timer = setTimeout(work)
}

function drawNext() {
  const canvas = nearest([...waiting.keys()])
  if (!canvas) return
  const config = waiting.get(canvas)()
  waiting.delete(canvas)
  if (canvas.chart) {
    canvas.chart.data = config.data
    canvas.chart.options = config.options
    canvas.chart.update()
  } else {
    canvas.chart = new Chart(canvas, config)
  }
  canvas.removeAttribute('aria-busy')
}

function nearest(canvases) {
  const far = (canvas) => {
    const { top, bottom } = canvas.getBoundingClientRect()
    return Math.max(0, top - innerHeight, -bottom)
  }
  return canvases.map((canvas) => [far(canvas), canvas]).sort(([a], [b]) => a - b)[0]?.[1]
}

import { Chart, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip } from 'chart.js'

Chart.register(LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip)

/** Draws on the canvas, or changes what it shows; `summary` says it to those who cannot see it. */
export function draw(canvas, config, summary) {
  canvas.setAttribute('aria-label', summary)
  if (!canvas.chart) {
    canvas.chart = new Chart(canvas, config)
    return
  }
  canvas.chart.data = config.data
  canvas.chart.options = config.options
  canvas.chart.update()
}

/** Lets go of a canvas that leaves the page. */
export const erase = (canvas) => canvas.chart?.destroy()

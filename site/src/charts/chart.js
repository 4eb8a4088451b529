import {
  BarController, BarElement, Chart, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip,
} from 'chart.js'

// What is in use and no more.
Chart.register(BarController, BarElement, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip)

export { Chart }

import {
  BarController, BarElement, Chart, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip,
} from 'chart.js'
import { LogScale } from './log-scale.js'

// What is in use and no more.
Chart.register(BarController, BarElement, LinearScale, LineController, LineElement, LogScale, PointElement, ScatterController, Tooltip)

export { Chart }

import { LinearScale } from 'chart.js'
import { scaleOf, ticks } from '../derive/scale.js'

const MARGIN = 0.03
const LEAST_ROOM = 1 / 9
const LETTER = 7
const GAP = 16
const LINE = 28

/** An axis in log(1 + x/unit). The library's own logarithmic one has no place for 0. */
export class LogScale extends LinearScale {
  static id = 'log1p'

  determineDataLimits() {
    const { of, back } = scaleOn(this)
    const { min, max } = this.getMinMax(true)
    const { minDefined, maxDefined } = this.getUserBounds()
    const [low, high] = Number.isFinite(min) && of(max) > 0 ? [of(min), of(max)] : [0, 1]
    const margin = (high - low) * MARGIN || MARGIN
    this.min = minDefined ? min : back(Math.max(0, low - margin))
    this.max = maxDefined ? max : back(high + margin)
  }

  buildTicks() {
    const { min, max, width, height, options: { unit, ticks: { callback } } } = this
    const pixels = this.isHorizontal() ? (value) => (callback(value).length * LETTER + GAP) / width : () => LINE / height
    return ticks({ min, max, unit, room: (value) => Math.max(LEAST_ROOM, pixels(value)) }).map((value) => ({ value }))
  }

  getPixelForValue(value) {
    const { of } = scaleOn(this)
    return value === null ? NaN : this.getPixelForDecimal((of(value) - of(this.min)) / (of(this.max) - of(this.min) || 1))
  }

  getValueForPixel(pixel) {
    const { of, back } = scaleOn(this)
    return back(of(this.min) + this.getDecimalForPixel(pixel) * (of(this.max) - of(this.min)))
  }
}

const scaleOn = ({ options: { unit } }) => scaleOf({ log_unit: unit })

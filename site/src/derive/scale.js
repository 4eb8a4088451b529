import { short } from '../format.js'

/** How a feature is compared and drawn: as it is, or in log(1 + x/u), where it has a `log_unit` u; what is below 0 counts as 0. */
export function scaleOf({ log_unit: unit }) {
  return unit
    ? { of: (value) => Math.log1p(Math.max(value, 0) / unit), back: (at) => unit * Math.expm1(at) }
    : { of: (value) => value, back: (at) => at }
}

/** Where a value lies between the lowest and the highest customer, from 0 to 1. */
export function position(feature, value) {
  const [low, high, at] = [feature.min, feature.max, value].map(scaleOf(feature).of)
  return high > low ? Math.min(1, Math.max(0, (at - low) / (high - low))) : 0.5
}

/** The name of a feature, or of its column, where a chart has to say its scale. */
export const scaled = (name, { log_unit: unit }) => `${short(name)}${unit ? ' (log\u00a0scale)' : ''}`

// The first are the most welcome; others only where there are hardly any.
const USUAL = [1, 5, 2]
const OTHERS = [3, 7, 1.5, 4, 6, 8, 9]
const FEW = 2

/** Plain numbers for an axis in log(1 + x/unit): 0, powers of ten, and what else has `room`, of the length of the axis, beside them. */
export function ticks({ min, max, unit, room }) {
  const { of } = scaleOf({ log_unit: unit })
  const length = of(max) - of(min)
  const top = max > 0 ? max : unit
  // Far below the unit all is as good as 0.
  const [most, least] = [top, Math.max(min, Math.min(unit, top) / 100)].map((value) => Math.floor(Math.log10(value)))
  const powers = Array.from({ length: most - least + 1 }, (_, index) => most - index)
  const withPowers = (mantissas) => mantissas.flatMap((mantissa) => powers.map((power) => Number(`${mantissa}e${power}`)))
  const found = []
  const add = (values) => {
    for (const value of values.filter((one) => min <= one && one <= max)) {
      if (found.every((other) => Math.abs(of(value) - of(other)) >= (length * (room(value) + room(other))) / 2)) found.push(value)
    }
  }
  add([0, ...withPowers(USUAL)])
  if (found.length <= FEW) add(withPowers(OTHERS))
  return found.sort((a, b) => a - b)
}

import { describe, expect, test } from 'vitest'
import { distribution } from '../src/charts/distribution.js'
import { landscape } from '../src/charts/landscape.js'
import { LogScale } from '../src/charts/log-scale.js'
import { theme as themeOf } from '../src/charts/palette.js'
import { segments, summary } from '../src/charts/segments.js'
import { position, scaled, scaleOf, ticks } from '../src/derive/scale.js'
import { goldenLog } from './golden.js'

const theme = { ...themeOf('light'), animate: false }
const data = goldenLog()
const { income, spending } = data.features

describe('the scale of a feature', () => {
  test('is log(1 + x/u) and back', () => {
    const { of, back } = scaleOf(income)
    expect(of(1000)).toBeCloseTo(Math.log(2))
    expect([of(0), of(-7), back(0)]).toEqual([0, 0, 0])
    for (const value of [0.01, 1, 822.12, 283_291.47]) expect(back(of(value))).toBeCloseTo(value, 6)
  })

  test.each([[{}], [{ scale: 'linear', log_unit: null }]])('is linear where nothing else is said: %j', (feature) => {
    const { of, back } = scaleOf(feature)
    expect([of(-3), back(-3)]).toEqual([-3, -3])
    expect(scaled('Age', feature)).toBe('Age')
  })

  test('is what places lie on', () => {
    expect([income.min, income.max, 0, 1e9].map((value) => position(income, value))).toEqual([0, 1, 0, 1])
    expect(position({ min: 0, max: 99, log_unit: 1 }, 9)).toBeCloseTo(0.5)
    expect(position({ min: 0, max: 99 }, 9)).toBeCloseTo(9 / 99)
    expect(position({ min: 5, max: 5, log_unit: 1 }, 5)).toBe(0.5)
  })
})

describe('ticks', () => {
  const on = (min, max, unit, part = 1 / 9) => ticks({ min, max, unit, room: () => part })

  test.each([
    [0, 1000, 1, [0, 2, 10, 100, 1000]],
    [822, 283_291, 1000, [1000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000]],
    [0, 1e7, 50, [0, 200, 1000, 10_000, 100_000, 1e6, 1e7]],
    [0, 0.5, 0.01, [0, 0.01, 0.05, 0.1, 0.2, 0.5]],
    // Far below its unit it is as good as linear.
    [0, 10, 1e6, [0, 2, 5, 10]],
    [60, 95, 1, [60, 70, 80, 90]],
    [0, 0, 1, [0]],
  ])('from %d to %d by %d', (min, max, unit, expected) => {
    expect(on(min, max, unit)).toEqual(expected)
  })

  test('are fewer where there is less room', () => {
    expect(on(822, 283_291, 1000, 1 / 4)).toEqual([1000, 10_000, 100_000])
  })
})

describe('charts', () => {
  const mode = data.modes.bivariate
  const [, incomes] = data.distributions
  const drawn = { scatter: mode.scatter, focus: null, hidden: [], customer: null }
  const axis = { type: 'log1p', unit: 1000, title: { text: 'Annual Income ($) (log\u00a0scale)' } }

  test('say so at their axis, and keep plain values', () => {
    const { data: { datasets }, options } = segments(data, mode, drawn, theme)
    expect(options.scales.x).toMatchObject(axis)
    expect(options.scales.y).toMatchObject({ type: 'linear', title: { text: spending.label } })
    const points = datasets.filter(({ segmentId }) => segmentId).flatMap((set) => set.data.map(({ x, y }) => [x, y]))
    expect(points.sort()).toEqual(mode.scatter.points.map(([x, y]) => [x, y]).sort())
    expect(options.plugins.tooltip.callbacks.label({ raw: { x: 15_866, y: 50, count: 1 } })).toEqual(['1 customer', 'Annual Income 15,866\u00a0$', 'Spending Score 50'])
    expect(summary(data, mode, drawn)).toContain('Scatter plot of Spending Score against Annual Income (log\u00a0scale)')
  })

  test('have their centroids amid their customers', () => {
    const { data: { datasets } } = segments(data, mode, drawn, theme)
    const { of } = scaleOf(income)
    const { data: [first] } = datasets.find(({ label }) => label === 'Centroids')
    const own = mode.scatter.points.filter(([, , id]) => id === mode.segments[0].id)
    const sum = own.reduce((total, [x, , , n]) => total + n * of(x), 0)
    expect(of(first.x)).toBeCloseTo(sum / mode.segments[0].size, 2)
  })

  test('have bars of equal width', () => {
    const { data: { datasets: [set] }, options } = distribution(data, incomes, theme)
    expect(options.scales.x).toMatchObject({ ...axis, min: incomes.edges[0], max: incomes.edges.at(-1) })
    const middles = set.data.map(({ x }) => Math.log1p(x / 1000))
    const width = (middles.at(-1) - middles[0]) / (middles.length - 1)
    middles.forEach((at, index) => expect(at).toBeCloseTo(middles[0] + index * width, 4))
  })

  test('bend the linear trend, and keep it within the customers', () => {
    const { data: { datasets: [, trend] }, options } = landscape(data, data.landscapes[1], theme)
    expect(options.scales.x).toMatchObject(axis)
    const slope = (data.landscapes[1].r * spending.sd) / income.sd
    expect(trend.data.length).toBeGreaterThan(20)
    for (const { x, y } of trend.data) expect(y).toBeCloseTo(spending.mean + slope * (x - income.mean))
    const turned = { ...data.landscapes[1], x: 'spending', y: 'income', r: 0.9 }
    for (const { y } of landscape(data, turned, theme).data.datasets[1].data) expect(y >= income.min && y <= income.max).toBe(true)
  })
})

describe('the axis', () => {
  /** One that holds these values, as long as that many pixels. */
  function axisOf(values, { width = 300, ...options } = {}) {
    const scale = Object.create(LogScale.prototype, {
      options: { value: { unit: 1000, ticks: { callback: String }, ...options } },
      getMinMax: { value: () => ({ min: options.min ?? Math.min(...values), max: options.max ?? Math.max(...values) }) },
      getUserBounds: { value: () => ({ minDefined: 'min' in options, maxDefined: 'max' in options }) },
      isHorizontal: { value: () => true },
      getPixelForDecimal: { value: (part) => part * width },
      getDecimalForPixel: { value: (pixel) => pixel / width },
      width: { value: width },
    })
    scale.determineDataLimits()
    return scale
  }

  test('has 0, room at both ends, and equal distances for equal factors', () => {
    const axis = axisOf([0, 99_000])
    expect(axis.min).toBe(0)
    expect(axis.max).toBeGreaterThan(99_000)
    const [a, b, c] = [9000, 99_000, 999_000].map((value) => axis.getPixelForValue(value))
    expect(b - a).toBeCloseTo(c - b)
    for (const value of [0, 500, 99_000]) expect(axis.getValueForPixel(axis.getPixelForValue(value))).toBeCloseTo(value, 6)
  })

  test('keeps the borders it is given, and needs no customers', () => {
    expect(axisOf([5000], { min: 0, max: 7000 })).toMatchObject({ min: 0, max: 7000 })
    for (const values of [[], [-5], [0, 0], [40]]) {
      const axis = axisOf(values)
      expect(axis.min).toBeLessThan(axis.max)
      expect(axis.buildTicks().every(({ value }) => Number.isFinite(value))).toBe(true)
    }
  })

  test('has as many ticks as there is room for their numbers', () => {
    const [wide, narrow] = [900, 200].map((width) => axisOf([822, 283_291], { width }).buildTicks().map(({ value }) => value))
    expect(wide).toEqual([1000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000])
    expect(narrow).toEqual([1000, 10_000, 100_000])
  })
})

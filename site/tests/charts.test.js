import { describe, expect, test } from 'vitest'
import { elbow, summary as elbowSummary } from '../src/charts/elbow.js'
import { landscape, summary as landscapeSummary } from '../src/charts/landscape.js'
import { look, MARKERS, theme as themeOf } from '../src/charts/palette.js'
import { segments, summary as segmentsSummary } from '../src/charts/segments.js'
import { radii } from '../src/charts/style.js'
import { goldenData } from './golden.js'

const theme = { ...themeOf('light'), animate: true }
const data = goldenData()
const MODES = ['bivariate', 'multivariate']

describe('landscape', () => {
  test.each(data.landscapes.map((one) => [`${one.x} × ${one.y}`, one]))('%s has every point, on axes with the file’s own headers', (_, one) => {
    const { data: { datasets: [customers] }, options } = landscape(data, one, theme)
    expect(customers.data.map(({ x, y, count }) => [x, y, count])).toEqual(one.points)
    expect(options.scales.x.title.text).toBe(data.features[one.x].label)
    expect(options.scales.y.title.text).toBe(data.features[one.y].label)
  })

  test('the trend runs from the lowest to the highest, through the means, with slope r·sd(y)/sd(x)', () => {
    const [one] = data.landscapes
    const [start, end] = landscape(data, one, theme).data.datasets[1].data
    const { age, spending } = data.features
    const slope = (end.y - start.y) / (end.x - start.x)
    expect([start.x, end.x]).toEqual([age.min, age.max])
    expect(slope).toBeCloseTo((one.r * spending.sd) / age.sd)
    expect(start.y + slope * (age.mean - start.x)).toBeCloseTo(spending.mean)
  })

  test('tooltips use words and units', () => {
    const { title, label } = landscape(data, data.landscapes[1], theme).options.plugins.tooltip.callbacks
    const raw = { x: 88, y: 76, count: 2 }
    expect(title([{ raw }])).toBe('2 customers')
    expect(label({ raw })).toEqual(['Annual Income 88\u00a0k$', 'Spending Score 76'])
  })

  test('the summary says what is plotted and what it shows', () => {
    expect(landscapeSummary(data, data.landscapes[0])).toBe(
      `Scatter plot of Spending Score against Age for 300 customers. ${data.landscapes[0].text}`)
  })
})

test('the area of a dot is proportional to the count, up to a largest dot', () => {
  expect(radii([1, 4, 9], 4)).toEqual([4, 8, 12])
  const crowded = radii([1, 400], 4, 16)
  expect(crowded[1]).toBe(16)
  expect((crowded[1] / crowded[0]) ** 2).toBeCloseTo(400)
})

describe('elbow', () => {
  test.each(MODES)('%s: inertia and silhouette for every K, the chosen one marked', (name) => {
    const mode = data.modes[name]
    const { data: { datasets: [inertia, silhouette] }, options } = elbow(mode, data.k.value, theme)
    expect(inertia.data).toEqual(mode.sweep.map(({ k, inertia }) => ({ x: k, y: inertia })))
    expect(silhouette.data).toEqual(mode.sweep.map(({ k, silhouette }) => ({ x: k, y: silhouette })))
    expect(options.plugins.chosenK.k).toBe(5)
    for (const line of [inertia, silhouette]) {
      const largest = Math.max(...line.pointRadius)
      expect(line.pointRadius.map((radius, index) => radius === largest && mode.sweep[index].k).filter(Boolean)).toEqual([5])
    }
  })

  test('inertia and silhouette have an axis each', () => {
    const { data: { datasets }, options } = elbow(data.modes.bivariate, 5, theme)
    expect(datasets.map((set) => options.scales[set.yAxisID].title.text)).toEqual(['Inertia', 'Silhouette'])
  })

  test('the summary gives the values at the chosen K', () => {
    expect(elbowSummary(data.modes.bivariate, 5, 'Text.')).toBe(
      'Line chart of inertia and silhouette for K = 1 to 10. Chosen: K = 5, inertia 59.19, silhouette 0.63. Text.')
  })
})

test('the summary of an elbow does without a silhouette that there is not', () => {
  const sweep = data.modes.bivariate.sweep.map((step) => ({ ...step, silhouette: null }))
  expect(elbowSummary({ sweep }, 5, 'Text.')).toContain('inertia 59.19. Text.')
})

test('no title of an axis or a tooltip is longer than its chart', () => {
  const long = structuredClone(data)
  const name = 'x'.repeat(10_000)
  for (const id of ['income', 'spending']) Object.assign(long.features[id], { name, label: name, unit: name })
  const { scales, plugins: { tooltip: { callbacks } } } = segments(long, long.modes.bivariate, theme).options
  const raw = { x: 1, y: 2, count: 1, name }
  for (const text of [scales.x.title.text, scales.y.title.text, callbacks.title([{ raw }]), ...callbacks.label({ raw }).slice(1)]) {
    expect(text.length).toBeLessThan(100)
  }
})

describe('segment scatter', () => {
  test.each(MODES)('%s: one dataset per segment with its customers, and the centroids on top', (name) => {
    const mode = data.modes[name]
    const { datasets } = segments(data, mode, theme).data
    const members = datasets.filter((set) => set.segmentId)
    expect(members.map(({ segmentId, label }) => [segmentId, label])).toEqual(mode.segments.map(({ id, name }) => [id, name]))
    for (const set of members) {
      expect(set.data.map(({ x, y, count }) => [x, y, set.segmentId, count]))
        .toEqual(mode.scatter.points.filter(([, , id]) => id === set.segmentId))
      expect(set.data.reduce((sum, { count }) => sum + count, 0)).toBe(mode.segments.find(({ id }) => id === set.segmentId).size)
    }
    const centroids = datasets.find((set) => set.label === 'Centroids')
    expect(centroids.data.map(({ x, y }) => [x, y])).toEqual(mode.segments.map(({ means }) => [means.income, means.spending]))
    expect(centroids.order).toBeLessThan(0)
  })

  test('every segment has a colour and a marker of its own', () => {
    const sets = segments(data, data.modes.bivariate, theme).data.datasets.filter((set) => set.segmentId)
    expect(new Set(sets.map((set) => set.backgroundColor)).size).toBe(5)
    expect(new Set(sets.map((set) => `${set.pointStyle} ${set.pointRotation}`)).size).toBe(5)
  })

  test('the summary names every segment and its size', () => {
    const text = segmentsSummary(data, data.modes.bivariate)
    for (const { name, size } of data.modes.bivariate.segments) expect(text).toContain(`${name}, ${size} customers`)
  })
})

describe('style', () => {
  test('animation is off for readers who prefer reduced motion', () => {
    const still = { ...theme, animate: false }
    expect(elbow(data.modes.bivariate, 5, still).options.animation).toBe(false)
    expect(elbow(data.modes.bivariate, 5, theme).options.animation).not.toBe(false)
  })

  test('ten markers are ten different shapes', () => {
    expect(new Set(MARKERS.map(({ pointStyle, rotation }) => `${pointStyle} ${rotation}`)).size).toBe(10)
    expect(new Set(MARKERS.map(({ path }) => path)).size).toBe(10)
  })

  test.each(['light', 'dark'])('%s: ten colours, each with a contrast of 3:1 or more to the panel', (scheme) => {
    const palette = themeOf(scheme)
    const colours = MARKERS.map((_, index) => look(index + 1, palette).colour)
    expect(new Set(colours).size).toBe(10)
    for (const colour of [...colours, palette.accent, palette.second]) {
      expect(contrast(colour, palette.panel), colour).toBeGreaterThanOrEqual(3)
    }
    expect(contrast(palette.quiet, palette.panel)).toBeGreaterThanOrEqual(4.5)
  })
})

function contrast(...colours) {
  const [dark, light] = colours.map(luminance).sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

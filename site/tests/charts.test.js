import { describe, expect, test } from 'vitest'
import { curve, MEASURES, summary as curveSummary } from '../src/charts/curves.js'
import { distribution, summary as distributionSummary } from '../src/charts/distribution.js'
import { landscape, summary as landscapeSummary } from '../src/charts/landscape.js'
import { look, MARKERS, theme as themeOf } from '../src/charts/palette.js'
import { profile, summary as profileSummary } from '../src/charts/profile.js'
import { segments, summary as segmentsSummary } from '../src/charts/segments.js'
import { radii } from '../src/charts/style.js'
import { axes, scatterOf } from '../src/derive/axes.js'
import { profileLines } from '../src/derive/compare.js'
import { verdictOf } from '../src/derive/measures.js'
import { goldenData, goldenOld } from './golden.js'

const theme = { ...themeOf('light'), animate: true }
const data = goldenData()
const MODES = ['bivariate', 'multivariate']
const NOTHING = { focus: null, hidden: [], customer: null }
const drawn = (mode, more) => ({ ...NOTHING, scatter: mode.scatter, ...more })

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

describe('curves', () => {
  const at = { k: 5, best: 4 }

  test.each(MODES.flatMap((name) => Object.keys(MEASURES).map((measure) => [name, measure])))('%s, %s: a value for every K, the chosen one and the one it speaks for marked', (name, measure) => {
    const mode = data.modes[name]
    const { data: { datasets: [line] }, options } = curve(measure, mode, at, theme)
    expect(line.data).toEqual(mode.sweep.map((step) => ({ x: step.k, y: step[measure] })))
    expect(options.plugins.chosenK.k).toBe(5)
    const usual = Math.min(...line.pointRadius)
    expect(mode.sweep.filter((_, index) => line.pointRadius[index] > usual).map(({ k }) => k)).toEqual([4, 5])
  })

  test('the summary gives the value at the chosen K, if there is one', () => {
    expect(curveSummary('silhouette', data.modes.bivariate, at, 'Says so.')).toBe(
      'Line chart of silhouette for K = 1 to 10. At the chosen K = 5 it is 0.63. Says so.')
    expect(curveSummary('stability', goldenOld().modes.bivariate, at, 'Says so.')).toBe('Line chart of stability for K = 1 to 10. Says so.')
  })

  test('what a measure says of K, in words', () => {
    const { bivariate, multivariate } = data.modes
    expect(verdictOf('inertia', bivariate, 5)).toEqual({ best: 5, text: 'The curve bends at K = 5, where inertia is 59.19.' })
    expect(verdictOf('inertia', { ...bivariate, elbow: null }, 5)).toEqual({ best: null, text: 'The curve bends nowhere.' })
    expect(verdictOf('silhouette', multivariate, 5).best).toBe(10)
    expect(verdictOf('silhouette', multivariate, 5).text).toMatch(/^Highest at K = 10: 0\.\d\d of at most 1\. At K = 5 it is 0\.32\.$/)
    expect(verdictOf('stability', bivariate, 5)).toEqual({ best: 5, text: 'Highest at K = 5: 1.00 of at most 1.' })
    expect(verdictOf('stability', multivariate, 5).best).not.toBe(5)
  })
})

describe('distribution', () => {
  test.each(data.distributions.map((one) => [one.feature, one]))('%s: a bar for each interval, stacked by gender', (_, one) => {
    const { datasets } = distribution(data, one, theme).data
    expect(datasets.map(({ label }) => label)).toEqual(['Female', 'Male'])
    one.counts.forEach((count, bar) => expect(datasets.reduce((sum, set) => sum + set.data[bar].y, 0)).toBe(count))
    for (const { x } of datasets[0].data) expect(one.edges[0] < x && x < one.edges.at(-1)).toBe(true)
  })

  test('an interval of too few is said to be so', () => {
    const one = structuredClone(data.distributions[0])
    one.by.groups[0].counts[0] = null
    const found = distribution({ ...data, min_cell_count: 5 }, one, theme)
    const { label, title } = found.options.plugins.tooltip.callbacks
    const [set] = found.data.datasets
    expect(label({ dataset: set, raw: set.data[0] })).toBe('Female: hidden')
    expect(title([{ dataIndex: 0 }])).toBe('from 15 to 20')
  })

  test('the summary says where most are', () => {
    expect(distributionSummary(data, data.distributions[0])).toBe(
      'Histogram of Age by Gender for 300 customers, from 18 to 75, 38.48 on average. Most customers, 55, lie from 35 to 40.')
  })
})

describe('profile', () => {
  const lines = profileLines(data)

  test('each segment lies where its mean does, in standard deviations', () => {
    const mode = data.modes.bivariate
    const { datasets } = profile(data, mode, lines, NOTHING, theme).data
    const [{ data: points }] = datasets
    const at = lines.findIndex(({ id }) => id === 'income')
    const { mean, sd } = data.features.income
    expect(points[at]).toMatchObject({ x: (mode.segments[0].means.income - mean) / sd, y: at })
    const gender = lines.findIndex(({ id }) => id === 'gender')
    const p = 170 / 300
    expect(points[gender].x).toBeCloseTo((mode.segments[0].shares.gender.Female - p) / Math.sqrt(p * (1 - p)))
  })

  test('hidden segments are left out, and focus comes first', () => {
    const { datasets } = profile(data, data.modes.bivariate, lines, { focus: 2, hidden: [1] }, theme).data
    expect(datasets.map(({ segmentId, order }) => [segmentId, order])).toEqual([[2, 0], [3, 1], [4, 1], [5, 1]])
  })

  test('the summary names what sets each segment furthest apart', () => {
    const text = profileSummary(data, data.modes.bivariate, lines)
    for (const { name } of data.modes.bivariate.segments) expect(text).toContain(name)
  })
})

test('no title of an axis or a tooltip is longer than its chart', () => {
  const long = structuredClone(data)
  const name = 'x'.repeat(10_000)
  for (const id of ['income', 'spending']) Object.assign(long.features[id], { name, label: name, unit: name })
  const { scales, plugins: { tooltip: { callbacks } } } = segments(long, long.modes.bivariate, drawn(long.modes.bivariate), theme).options
  const raw = { x: 1, y: 2, count: 1, name }
  for (const text of [scales.x.title.text, scales.y.title.text, callbacks.title([{ raw }]), ...callbacks.label({ raw }).slice(1)]) {
    expect(text.length).toBeLessThan(100)
  }
})

describe('segment scatter', () => {
  test.each(MODES)('%s: one dataset per segment with its customers, and the centroids on top', (name) => {
    const mode = data.modes[name]
    const { datasets } = segments(data, mode, drawn(mode), theme).data
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
    const sets = segments(data, data.modes.bivariate, drawn(data.modes.bivariate), theme).data.datasets.filter((set) => set.segmentId)
    expect(new Set(sets.map((set) => set.backgroundColor)).size).toBe(5)
    expect(new Set(sets.map((set) => `${set.pointStyle} ${set.pointRotation}`)).size).toBe(5)
  })

  test('a colour is kept with the segment, whatever its id', () => {
    expect(look({ id: 12, colour: 3 }, theme)).toEqual(look({ id: 4 }, theme))
    expect(look({ id: 4 }, theme)).toEqual(look({ id: 9, colour: 3 }, theme))
  })

  test('ids need not be in order: every segment finds its own points', () => {
    const mode = structuredClone(data.modes.bivariate)
    const renamed = new Map(mode.segments.map(({ id }, index) => [id, 40 - 7 * index]))
    mode.segments.forEach((segment) => { segment.id = renamed.get(segment.id) })
    mode.scatter.points = mode.scatter.points.map(([x, y, id, n]) => [x, y, renamed.get(id), n])
    for (const set of segments(data, mode, drawn(mode), theme).data.datasets.filter((one) => one.segmentId)) {
      expect(set.data.reduce((sum, { count }) => sum + count, 0)).toBe(mode.segments.find(({ id }) => id === set.segmentId).size)
    }
  })

  test('focus leaves the others pale, hiding leaves them out, and whoever is placed is on top', () => {
    const mode = data.modes.bivariate
    const customer = { values: { income: 90, spending: 80 }, segment: mode.segments[0] }
    const { datasets } = segments(data, mode, drawn(mode, { focus: 1, hidden: [2], customer }), theme).data
    expect(datasets.filter((set) => set.segmentId).map(({ segmentId, order }) => [segmentId, order])).toEqual([[1, 0], [3, 1], [4, 1], [5, 1]])
    const placed = datasets.find(({ label }) => label === 'What if')
    expect(placed.data[0]).toMatchObject({ x: 90, y: 80 })
    expect(Math.min(...datasets.map(({ order }) => order))).toBe(placed.order)
  })

  test.each(MODES)('%s: every pair of axes has every customer', (name) => {
    const mode = data.modes[name]
    expect(axes(mode)).toEqual(['income', 'spending', 'age'])
    for (const x of axes(mode)) for (const y of axes(mode).filter((id) => id !== x)) {
      const scatter = scatterOf(mode, x, y)
      expect([scatter.x, scatter.y]).toEqual([x, y])
      expect(scatter.points.reduce((sum, [, , , n]) => sum + n, 0)).toBe(300)
    }
  })

  test('the summary names every segment and its size', () => {
    const text = segmentsSummary(data, data.modes.bivariate, drawn(data.modes.bivariate))
    for (const { name, size } of data.modes.bivariate.segments) expect(text).toContain(`${name}, ${size} customers`)
  })
})

describe('style', () => {
  test('animation is off for readers who prefer reduced motion', () => {
    const still = { ...theme, animate: false }
    expect(curve('inertia', data.modes.bivariate, { k: 5, best: 5 }, still).options.animation).toBe(false)
    expect(curve('inertia', data.modes.bivariate, { k: 5, best: 5 }, theme).options.animation).not.toBe(false)
  })

  test('ten markers are ten different shapes', () => {
    expect(new Set(MARKERS.map(({ pointStyle, rotation }) => `${pointStyle} ${rotation}`)).size).toBe(10)
    expect(new Set(MARKERS.map(({ path }) => path)).size).toBe(10)
  })

  test.each(['light', 'dark'])('%s: ten colours, each with a contrast of 3:1 or more to the panel', (scheme) => {
    const palette = themeOf(scheme)
    const colours = MARKERS.map((_, index) => look({ id: index + 1 }, palette).colour)
    expect(new Set(colours).size).toBe(10)
    for (const colour of [...colours, palette.accent, palette.second, palette.third, ...palette.groups]) {
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

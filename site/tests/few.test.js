import Ajv from 'ajv/dist/2020.js'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { theme as themeOf } from '../src/charts/palette.js'
import { profile, summary, table } from '../src/charts/profile.js'
import { segments as scatter } from '../src/charts/segments.js'
import { profileLines } from '../src/derive/compare.js'
import { place } from '../src/derive/placing.js'
import { csv } from '../src/derive/csv.js'
import { PANELS } from '../src/panels/all.js'
import { table as summaryTable } from '../src/panels/summary.js'
import { UNTOUCHED } from '../src/state.js'
import { goldenData, goldenRuns, pageMarkup, schema } from './golden.js'

vi.mock('../src/charts/draw.js', () => ({
  draw: (canvas, make, text) => { canvas.setAttribute('aria-label', text); canvas.config = make() },
  erase: () => {},
}))

const NOTHING = {
  size: null, share: null, part_of_sum: null, means: {}, medians: {}, spreads: {}, shares: {}, drivers: [], levels: {},
  told_by: null, tag: '', trust: null, analysis: '', action: '',
}

/** The golden data with a segment of each mode that has too few customers to be told of, as `min_cell_count` makes it. */
function withFew() {
  const data = goldenData()
  for (const [name, mode] of Object.entries(data.modes)) {
    const { id, colour } = mode.segments[1]
    mode.segments[1] = { id, colour, name: `Small segment ${id}`, persona: `Small segment ${id}`, ...NOTHING }
    mode.model.centroids[1] = null
    const change = data.changes.modes[name]
    change.segments[0].before = { ...change.segments[0].before, size: null, share: null, means: {} }
    change.segments[1] = { id, before: null, moved: null }
    change.gone = [{ id: 99, name: 'Small segment 99', size: null, share: null }]
  }
  return data
}

let data, state
const $ = (id) => document.getElementById(id)

beforeEach(() => {
  document.documentElement.innerHTML = new DOMParser().parseFromString(pageMarkup(), 'text/html').documentElement.innerHTML
  data = withFew()
  state = {
    ...UNTOUCHED, choose: vi.fn(), set: vi.fn(), focusOn: vi.fn(), compare: vi.fn(), customer: null,
    runs: goldenRuns(), shown: null, other: null, missing: null, newest: data, receipt: null, theme: { ...themeOf('light'), animate: false },
  }
})

function render(mode, more = {}) {
  for (const [id, renderPanel] of PANELS) renderPanel($(id), data, { ...state, ...more, mode })
}

describe('a segment of too few customers', () => {
  test('is in the contract', () => {
    const ajv = new Ajv({ strict: false })
    expect(ajv.validate(schema('data'), data), JSON.stringify(ajv.errors)).toBe(true)
  })

  test.each(['bivariate', 'multivariate'])('has a card that says so, and no number, in %s mode', (mode) => {
    const { id } = data.modes[mode].segments[1]
    render(mode)
    const card = document.querySelector(`.segment[data-segment="${id}"]`)
    const text = card.textContent
    expect(text).toContain(`Small segment ${id}`)
    expect(text).toContain('few customers')
    expect(text).toContain('Too few customers to be told of')
    expect(text).not.toMatch(/Who they are|What to do|median|0%|NaN|undefined|null/)
    expect(document.querySelectorAll('.segment')).toHaveLength(5)
    expect(document.body.textContent).not.toMatch(/NaN|undefined|null/)
  })

  test('is left out of charts that have no place for it', () => {
    const mode = data.modes.bivariate
    const lines = profileLines(data)
    const drawn = profile(data, mode, lines, { focus: null, hidden: [] }, state.theme)
    expect(drawn.data.datasets.map((set) => set.data.length)).toEqual([lines.length, 0, ...Array(3).fill(lines.length)])
    expect(summary(data, mode, lines)).not.toContain('Small segment')
    expect(table(data, mode, lines).rows.every((row) => row[2] === null && row[1] !== null)).toBe(true)
    const { datasets } = scatter(data, mode, { scatter: mode.scatter, focus: null, hidden: [], customer: null }, state.theme).data
    const centroids = datasets.find(({ label }) => label === 'Centroids')
    expect(centroids.data).toHaveLength(4)
    expect(centroids.segmentIds).not.toContain(mode.segments[1].id)
    expect(centroids.pointStyle).toHaveLength(4)
  })

  test('is compared with others in nothing', () => {
    const [one, few] = data.modes.bivariate.segments.map(({ id }) => id)
    render('bivariate', { pair: [one, few] })
    expect(document.querySelectorAll('#segment-compare-panel tbody tr')).toHaveLength(0)
    render('bivariate', { pair: [one, data.modes.bivariate.segments[2].id] })
    expect(document.querySelectorAll('#segment-compare-panel tbody tr').length).toBeGreaterThan(3)
  })

  test('gets no customer that is placed', () => {
    const mode = data.modes.bivariate
    for (const income of [20, 60, 100]) {
      for (const spending of [10, 50, 90]) {
        const placed = place(data.features, mode, { income, spending })
        expect([placed.segment.size, placed.next.size]).not.toContain(null)
        expect(placed.confidence).toBeGreaterThanOrEqual(0)
      }
    }
    const alone = { ...mode, model: { ...mode.model, centroids: mode.model.centroids.map((one, index) => (index ? null : one)) } }
    expect(place(data.features, alone, { income: 60, spending: 50 })).toMatchObject({ segment: { id: mode.segments[0].id }, next: null, confidence: 1 })
  })

  test('has empty cells in the table of segments', () => {
    const { rows } = summaryTable(data, 'multivariate')
    expect(rows[1].slice(2).every((cell) => cell === null || cell === '')).toBe(true)
    expect(csv(summaryTable(data, 'multivariate'))).not.toMatch(/null|undefined|NaN/)
  })

  test('is told of as hidden where sizes then and now stand', () => {
    render('bivariate')
    const rows = [...document.querySelectorAll('#sizes-panel tbody tr')].map((row) => row.textContent)
    expect(rows[0]).toContain('hidden')
    expect(rows.at(-1)).toMatch(/Small segment 99.*hidden.*gone/)
  })
})

describe('a result that was too large', () => {
  test('is shown without what was left out of it', () => {
    for (const mode of Object.values(data.modes)) {
      mode.other_scatters = []
      mode.scatter.points = []
      for (const part of mode.segments) {
        Object.assign(part, { medians: {}, spreads: {}, drivers: part.drivers.slice(0, 3) })
        part.means = Object.fromEntries(Object.entries(part.means).filter(([id]) => mode.features.includes(id)))
        part.shares = Object.fromEntries(Object.entries(part.shares).filter(([id]) => mode.features.includes(id)))
      }
    }
    for (const chart of data.landscapes) chart.points = []
    for (const one of data.distributions) one.by = null
    for (const mode of ['bivariate', 'multivariate']) {
      render(mode)
      expect(document.body.textContent).not.toMatch(/NaN|undefined|null/)
      expect(document.querySelectorAll('.segment')).toHaveLength(5)
    }
  })
})

describe('the history', () => {
  test.each([[{ own_settings: true }, true], [{ own_settings: false }, false], [{ own_settings: undefined, settings: { k: 4 } }, true], [{ own_settings: undefined, settings: {} }, false]])(
    'says of a run whether settings had a part in it: %o', (entry, own) => {
      for (const run of state.runs.runs) Object.assign(run, entry)
      render('bivariate')
      expect($('history-panel').textContent.includes('own settings')).toBe(own)
    })
})

test.each([[5, 'few'], [1, '0%'], [undefined, '0%']])('where min_cell_count is %s, a category of nobody is said to be %s', (fewest, said) => {
  data.min_cell_count = fewest
  const [segment] = data.modes.bivariate.segments
  const [first, second] = Object.keys(segment.shares.gender)
  segment.shares.gender = { [first]: 1, [second]: 0 }
  render('bivariate')

  expect(document.querySelector(`.segment[data-segment="${segment.id}"] .split dd`).textContent).toContain(`${second}\u00a0${said}`)
})

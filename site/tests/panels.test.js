import { beforeEach, describe, expect, test, vi } from 'vitest'
import { theme as themeOf } from '../src/charts/palette.js'
import * as cards from '../src/panels/cards.js'
import * as elbow from '../src/panels/elbow.js'
import * as error from '../src/panels/error.js'
import * as footer from '../src/panels/footer.js'
import * as headline from '../src/panels/headline.js'
import * as landscapes from '../src/panels/landscapes.js'
import * as receipt from '../src/panels/receipt.js'
import * as scatter from '../src/panels/scatter.js'
import * as toggle from '../src/panels/toggle.js'
import { goldenData, goldenReceipt, pageMarkup } from './golden.js'

// jsdom has no canvas; the charts' configurations have tests of their own.
vi.mock('../src/charts/draw.js', () => ({
  draw: (canvas, config, summary) => {
    canvas.setAttribute('aria-label', summary)
    canvas.config = config
  },
}))

const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>'
const $ = (id) => document.getElementById(id)
const squeeze = (text) => text.replace(/\s+/g, ' ').trim()

let data, state

beforeEach(() => {
  document.documentElement.innerHTML = new DOMParser().parseFromString(pageMarkup(), 'text/html').documentElement.innerHTML
  data = goldenData()
  state = { mode: 'bivariate', choose: vi.fn(), receipt: null, theme: { ...themeOf('light'), animate: false } }
})

function renderMode(mode) {
  state = { ...state, mode }
  toggle.render($('mode-toggle'), data, state)
  elbow.render($('elbow-panel'), data, state)
  scatter.render($('scatter-panel'), data, state)
  cards.render($('segments'), data, state)
}

function renderAll() {
  headline.render($('headline'), data)
  landscapes.render($('landscapes'), data, state)
  footer.render($('footer'), data)
  receipt.render($('receipt-notice'), data, state)
  renderMode('multivariate')
  renderMode('bivariate')
}

describe('headline', () => {
  const text = () => squeeze($('headline').textContent)

  test('sums up the data', () => {
    headline.render($('headline'), data)
    expect(squeeze(document.querySelector('.lede').textContent)).toBe('300 customers, five segments. The largest: Balanced Mainstream, 29.7%.')
    expect($('customer-count').textContent).toBe('300')
    expect($('source-name').textContent).toBe('sample_customers.csv')
    expect($('uploaded-at').dateTime).toBe('2026-01-15T09:30:00.000Z')
    expect(text()).toContain('56.7% Female')
    expect(text()).toContain('43.3% Male')
  })

  test('names every segment that is largest', () => {
    data.modes.bivariate.segments[0].size = 89
    headline.render($('headline'), data)
    expect(text()).toContain('The largest: Premium Enthusiasts and Balanced Mainstream')
  })

  test('counts unusable rows, if there are any', () => {
    headline.render($('headline'), data)
    expect(text()).not.toContain('could not be used')
    data.rows = { read: 303, used: 300, rejected: 3 }
    headline.render($('headline'), data)
    expect(text()).toContain('3 of 303 rows could not be used.')
  })

  test('the age of the upload stays current', () => {
    vi.useFakeTimers({ now: new Date('2026-01-15T09:32:00Z') })
    headline.render($('headline'), data)
    expect(text()).toContain('2 minutes ago')
    vi.setSystemTime(new Date('2026-01-15T12:30:00Z'))
    headline.refreshAge($('headline'))
    expect(text()).toContain('3 hours ago')
    vi.useRealTimers()
  })
})

describe('landscapes', () => {
  test('each has its own text and canvas', () => {
    landscapes.render($('landscapes'), data, state)
    const captions = [...document.querySelectorAll('#landscapes figcaption')].map((node) => node.textContent)
    expect(captions).toEqual(data.landscapes.map(({ text }) => text))
    expect($('landscape-age-spending').config.data.datasets[0].data).toHaveLength(280)
    expect($('landscape-income-spending').config.data.datasets[0].data).toHaveLength(287)
    expect($('landscape-age-spending').getAttribute('role')).toBe('img')
    expect($('landscape-age-spending').getAttribute('aria-label')).toContain('300 customers')
  })
})

describe('mode', () => {
  const names = () => [...document.querySelectorAll('#segments h3')].map((node) => node.textContent)

  test.each(['bivariate', 'multivariate'])('%s: a card per segment, the mode’s text, scatter and elbow', (mode) => {
    renderMode(mode)
    const expected = data.modes[mode]
    const ids = [...document.querySelectorAll('#segments [data-segment-id]')].map((node) => Number(node.dataset.segmentId))
    expect(ids).toEqual(expected.segments.map(({ id }) => id))
    expect(names()).toEqual(expected.segments.map(({ name }) => name))
    expect($('elbow-panel').textContent).toContain(expected.text)
    expect($('elbow-panel').textContent).toContain(data.k.text)
    expect($('elbow').config.data.datasets[0].data[0].y).toBe(expected.sweep[0].inertia)
    expect($('segments-scatter').config.data.datasets[1].label).toBe(expected.segments[1].name)
    expect(document.querySelectorAll('.legend li')).toHaveLength(expected.segments.length)
  })

  test('under multivariate curves, K is said to come from bivariate mode', () => {
    renderMode('bivariate')
    expect($('elbow-panel').querySelector('[data-slot="k"]').textContent).toBe(data.k.text)
    renderMode('multivariate')
    expect($('elbow-panel').querySelector('[data-slot="k"]').textContent).toContain('multivariate mode takes its K over')
  })

  test('the toggle changes the cards', () => {
    state.choose = renderMode
    renderMode('bivariate')
    const before = names()
    document.querySelector('[data-mode="multivariate"]').click()
    expect(names()).not.toEqual(before)
    expect(names()).toContain('Older Thrifty Minimalists')
  })

  test('the toggle is one tab stop that says what is chosen', () => {
    renderMode('multivariate')
    const buttons = [...document.querySelectorAll('[data-mode]')]
    expect(buttons.map((button) => [button.dataset.mode, button.getAttribute('aria-checked'), button.tabIndex])).toEqual([
      ['bivariate', 'false', -1], ['multivariate', 'true', 0],
    ])
  })

  test.each([['ArrowRight', 'multivariate'], ['ArrowLeft', 'multivariate']])('%s moves the choice and the focus', (key, expected) => {
    renderMode('bivariate')
    $('mode-toggle').closest('section').hidden = false
    document.querySelector('[data-mode="bivariate"]').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    expect(state.choose).toHaveBeenCalledWith(expected)
    expect(document.activeElement.dataset.mode).toBe(expected)
  })
})

describe('segment card', () => {
  test('holds what is known about the segment', () => {
    renderMode('bivariate')
    const [segment] = data.modes.bivariate.segments
    const text = squeeze(document.querySelector('[data-segment-id="1"]').textContent)
    for (const part of [segment.name, segment.tag, '59 customers', '19.7%', '33.6', '88.5 k$', '+31.1', '−4.9', 'Female 69.5%',
      segment.analysis, segment.action, 'Segment 1 in Clustering_Final.csv']) {
      expect(text).toContain(part)
    }
  })

  test('places a mean between the lowest and the highest customer', () => {
    renderMode('bivariate')
    const [dot] = document.querySelectorAll('[data-segment-id="1"] .track-dot')
    expect(Number(dot.style.getPropertyValue('--at'))).toBeCloseTo((33.6271 - 18) / (75 - 18))
  })
})

describe('refused upload', () => {
  const accepted = () => ({ ...goldenReceipt(), outcome: 'accepted', reason: null, remedy: null })
  const older = () => ({ ...goldenReceipt(), source: { name: 'old.csv', uploaded_at: '2026-01-15T09:29:59.999Z' } })

  test('a refusal newer than the result is told with reason and remedy', () => {
    receipt.render($('receipt-notice'), data, { receipt: goldenReceipt() })
    const { reason, remedy } = goldenReceipt()
    expect($('receipt-notice').hidden).toBe(false)
    expect(squeeze($('receipt-notice').textContent)).toContain('The newest upload, holiday photo.csv, was not used:')
    expect($('receipt-notice').textContent).toContain(`${reason} ${remedy} The page shows the last good result.`)
  })

  test('a refusal before any result promises no last result', () => {
    receipt.render($('receipt-notice'), null, { receipt: goldenReceipt() })
    expect($('receipt-notice').hidden).toBe(false)
    expect($('receipt-notice').textContent).not.toContain('last good result')
  })

  test.each([['none', () => null], ['an accepted one', accepted], ['a refusal older than the result', older]])('%s is not told', (_, make) => {
    receipt.render($('receipt-notice'), data, { receipt: make() })
    expect($('receipt-notice').hidden).toBe(true)
    expect($('receipt-notice').textContent).toBe('')
  })
})

test('text from data is shown as text, wherever it comes from', () => {
  data = hostile(goldenData())
  data.genders = data.genders.map(({ count }) => ({ label: HOSTILE, count }))
  for (const mode of Object.values(data.modes)) for (const segment of mode.segments) segment.genders = { [HOSTILE]: 1 }
  state.receipt = hostile(goldenReceipt())
  state.receipt.outcome = 'refused'
  const markup = document.querySelectorAll('script, img').length
  renderAll()
  error.render($('error-state'), HOSTILE)
  expect(document.querySelectorAll('script, img')).toHaveLength(markup)
  for (const id of ['source-name', 'headline', 'landscapes', 'elbow-panel', 'scatter-panel', 'segments', 'receipt-notice', 'footer', 'error-state']) {
    expect($(id).textContent, id).toContain(HOSTILE)
  }
})

/** Every free text in the document replaced by markup. */
function hostile(node, key) {
  if (Array.isArray(node)) return node.map((one) => hostile(one, key))
  if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, hostile(value, name)]))
  return typeof node === 'string' && !['x', 'y', 'features', 'uploaded_at', 'generated_at', 'finished_at'].includes(key) ? HOSTILE : node
}

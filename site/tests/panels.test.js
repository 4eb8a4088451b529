import { beforeEach, describe, expect, test, vi } from 'vitest'
import { theme as themeOf } from '../src/charts/palette.js'
import * as cards from '../src/panels/cards.js'
import * as elbow from '../src/panels/elbow.js'
import * as error from '../src/panels/error.js'
import * as footer from '../src/panels/footer.js'
import * as headline from '../src/panels/headline.js'
import * as intake from '../src/panels/intake.js'
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
  erase: (canvas) => { canvas.erased = true },
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
  intake.render($('intake'), data)
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

  test('leads to what became of the file, if there is something to say', () => {
    headline.render($('headline'), data)
    expect(document.querySelector('.hint')).toBeNull()
    data.rows = { ...data.rows, read: 303, rejected: 3 }
    data.intake.notes = [{ text: 'One.', remedy: '' }, { text: 'Two.', remedy: '' }]
    headline.render($('headline'), data)
    expect(text()).toContain('3 of 303 rows could not be used and 2 notes: what became of the file.')
    expect(document.getElementById(document.querySelector('.hint a').hash.slice(1))).not.toBeNull()
  })

  test('says what multivariate mode adds, or that it adds nothing', () => {
    headline.render($('headline'), data)
    expect(text()).toContain('multivariate mode adds Age and Gender.')
    data.modes.multivariate.features = ['income', 'spending']
    headline.render($('headline'), data)
    expect(text()).toContain('multivariate mode compares the same, since there are no more features.')
  })

  test('of many categories the largest are named and the others are summed up', () => {
    data.features.gender.values = [10, 1, 40, 2, 30, 17].map((count, index) => ({ label: `g${index}`, count }))
    headline.render($('headline'), data)
    expect([...document.querySelectorAll('.number-split > span')].map((node) => node.textContent)).toEqual(
      ['40% g2', '30% g4', '17% g5', '10% g0', '3% 2 others'])
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
    const [age, income] = document.querySelectorAll('#landscapes canvas')
    expect(age.config.data.datasets[0].data).toHaveLength(280)
    expect(income.config.data.datasets[0].data).toHaveLength(287)
    expect(age.getAttribute('role')).toBe('img')
    expect(age.getAttribute('aria-label')).toContain('300 customers')
  })

  test('there are as many as the data has, and each canvas is kept', () => {
    landscapes.render($('landscapes'), data, state)
    const [first, second] = document.querySelectorAll('#landscapes canvas')
    data.landscapes = data.landscapes.slice(1)
    landscapes.render($('landscapes'), data, state)
    expect([first.erased, second.erased]).toEqual([undefined, true])
    expect([...document.querySelectorAll('#landscapes canvas')]).toEqual([first])
    expect(document.querySelector('#landscapes h3').textContent).toBe('Annual Income × Spending Score')
    data.landscapes = []
    landscapes.render($('landscapes'), data, state)
    expect($('landscapes').closest('section').classList).toContain('is-absent')
  })

  test('customers who are not drawn are counted', () => {
    data.landscapes[0].hidden = 7
    data.modes.bivariate.scatter.hidden = 9
    landscapes.render($('landscapes'), data, state)
    renderMode('bivariate')
    expect(document.querySelector('#landscapes figcaption').textContent).toContain('7 customers who share their place with few others are not drawn.')
    expect($('scatter-panel').textContent).toContain('9 customers who share their place')
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
  const older = () => ({ ...goldenReceipt(), source: { ...goldenReceipt().source, name: 'old.csv', requested_at: '2026-01-15T09:29:59.999Z' } })

  test('a refusal newer than the result is told with reason and remedy', () => {
    receipt.render($('receipt-notice'), data, { receipt: goldenReceipt() })
    const { reason, remedy } = goldenReceipt()
    expect($('receipt-notice').hidden).toBe(false)
    expect(squeeze($('receipt-notice').textContent)).toContain('The newest upload, holiday photo.csv, was not used:')
    expect($('receipt-notice').textContent).toContain(`${reason} ${remedy} The page shows the last good result.`)
  })

  test('a failure of ours is told as such', () => {
    const failed = { ...goldenReceipt(), outcome: 'failed', reason: 'Something went wrong here.', remedy: 'It is tried again.' }
    receipt.render($('receipt-notice'), data, { receipt: failed })
    expect(squeeze($('receipt-notice').textContent)).toMatch(/holiday photo.csv, could not be processed yet:\s*Something went wrong here. It is tried again. The page shows/)
  })

  test('says of a large upload how large it is and since when it is being worked on', () => {
    const running = { ...goldenReceipt(), outcome: 'running', reason: null, remedy: null, running: { bytes: 3_200_400_000, since: '2026-01-15T09:31:00.000Z' } }
    receipt.render($('receipt-notice'), data, { receipt: running })
    const text = squeeze($('receipt-notice').textContent)
    expect(text).toContain('The newest upload, holiday photo.csv, is being processed:')
    expect(text).toMatch(/It is large, 3,200 MB, so several machines have been at work on it since .*2026.*\. The page shows the last good result\./)
  })

  test('a refusal before any result promises no last result', () => {
    receipt.render($('receipt-notice'), null, { receipt: goldenReceipt() })
    expect($('receipt-notice').hidden).toBe(false)
    expect($('receipt-notice').textContent).not.toContain('last good result')
  })

  test.each([['none', () => null], ['an accepted one', accepted], ['stored settings', () => ({ ...accepted(), outcome: 'stored' })], ['a refusal older than the result', older]])('%s is not told', (_, make) => {
    receipt.render($('receipt-notice'), data, { receipt: make() })
    expect($('receipt-notice').hidden).toBe(true)
    expect($('receipt-notice').textContent).toBe('')
  })
})

describe('what became of the file', () => {
  const text = () => squeeze($('intake').textContent)

  test('of a clean file it is short', () => {
    intake.render($('intake'), data)
    expect(squeeze($('intake').querySelector('.account').textContent)).toBe('300 rows read: 300 customers used; none rejected.')
    expect($('intake').children).toHaveLength(2)
    expect(text()).not.toContain('null')
    expect(text()).toContain('UTF-8, cells separated by commas, decimal point; line 1 names the columns.')
    expect([...$('intake').querySelectorAll('tbody tr')].map((row) => squeeze([...row.children].map((cell) => cell.textContent).join(' | ')))).toEqual(
      data.intake.columns.map(({ name, use, why }) => `${name} | ${use === 'id' ? 'Customer id' : $feature(name)} | ${why}`))
  })

  const $feature = (name) => `Feature: ${{ Gender: 'Gender', Age: 'Age', 'Annual Income (k$)': 'Income', 'Spending Score (1-100)': 'Spending score' }[name]}`

  test('whatever happened is said with what to do', () => {
    data.rows = { read: 812, used: 795, imputed: 88, duplicated: 12, rejected: 5 }
    Object.assign(data.intake, {
      encoding: 'Windows-1252', separator: ';', decimal_mark: ',', header_line: 3,
      imputed: [{ feature: 'age', cells: 10, value: '42' }],
      rejected: [{ reason: 'a row that sums up others', rows: 1, remedy: 'Export without totals.' }, { reason: 'no value for Income', rows: 4, remedy: 'Fill them.' }],
      notes: [{ text: 'Gender is coded 1, 2.', remedy: 'Write words.' }, { text: 'Bare note.', remedy: '' }],
      columns: [...data.intake.columns, { name: 'E-Mail', use: 'personal', feature: null, why: 'It holds e-mail addresses.' }],
    })
    intake.render($('intake'), data)
    for (const part of [
      '812 rows read: 795 customers used, 88 of them with a value filled in; 12 the same as an earlier row, counted once; 5 rejected.',
      'Rejected 1 row: a row that sums up others. Export without totals. 4 rows: no value for Income. Fill them.'.replace('totals. 4', 'totals.4'),
      'Age: 10 cells with 42.', 'Gender is coded 1, 2. Write words.', 'Bare note.',
      'E-Mail holds personal data: never used as a feature, and never outside the private buckets.',
      'Windows-1252, cells separated by semicolons, decimal comma; line 3 names the columns.',
    ]) {
      expect(text().replace('Rejected1', 'Rejected 1'), part).toContain(part)
    }
  })

  test('the table stays open when the next result comes', () => {
    intake.render($('intake'), data)
    $('intake').querySelector('details').open = true
    intake.render($('intake'), data)
    expect($('intake').querySelector('details').open).toBe(true)
  })

  test('a reader of tables by ear hears what a cell is about', () => {
    intake.render($('intake'), data)
    expect([...$('intake').querySelectorAll('thead th')].map((cell) => cell.scope)).toEqual(['col', 'col', 'col'])
    expect([...$('intake').querySelectorAll('tbody th')].every((cell) => cell.scope === 'row')).toBe(true)
  })
})

describe('other features than those of the mall', () => {
  const numeric = (name, mean) => ({ kind: 'numeric', label: name, name, unit: '', mean, sd: 1, min: 0, max: 9 })
  const categorical = (name) => ({ kind: 'categorical', label: name, name, values: [{ label: 'a', count: 200 }, { label: 'b', count: 100 }] })

  function use(features, bivariate, multivariate) {
    data.features = features
    const numbers = Object.keys(features).filter((id) => features[id].kind === 'numeric')
    const words = Object.keys(features).filter((id) => features[id].kind === 'categorical')
    for (const [name, ids] of [['bivariate', bivariate], ['multivariate', multivariate]]) {
      const mode = data.modes[name]
      Object.assign(mode, { features: ids })
      Object.assign(mode.scatter, { x: bivariate[0], y: bivariate[1] })
      for (const segment of mode.segments) {
        segment.means = Object.fromEntries(numbers.map((id) => [id, 2]))
        segment.shares = Object.fromEntries(words.map((id) => [id, { a: 0.5, b: 0.5 }]))
      }
    }
    data.landscapes = [{ ...data.landscapes[0], x: bivariate[0], y: bivariate[1] }]
    data.intake.columns = Object.keys(features).map((name) => ({ name, use: 'feature', feature: name, why: 'The settings name it.' }))
  }

  test('no gender and no age', () => {
    use({ income: numeric('Income', 5), spending: numeric('Score', 5) }, ['income', 'spending'], ['income', 'spending'])
    renderAll()
    expect($('headline').textContent).toContain('Features2compared')
    expect(document.querySelectorAll('#segments .split')).toHaveLength(0)
    expect(document.querySelector('[data-mode="multivariate"]').textContent).toContain('the same features')
    expect($('scatter-panel').textContent).not.toContain('also shaped')
  })

  test('three features of words, and more numbers than a card holds', () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, numeric(`Feature ${index}`, 5)]))
    const words = { Channel: categorical('Channel'), Region: categorical('Region'), Kind: categorical('Kind') }
    use({ ...many, ...words }, ['f0', 'f8'], [...Object.keys(many), 'Region', 'Kind', 'Channel'])
    renderAll()
    const card = document.querySelector('#segments [data-segment-id]')
    expect(card.querySelectorAll('.average')).toHaveLength(6)
    // Bivariate mode, shown last: its two features are among them.
    expect([...card.querySelectorAll('.average dt')].map((node) => node.textContent)).toContain('Feature 8')
    expect([...card.querySelectorAll('.split dt')].map((node) => node.textContent)).toEqual(['Region', 'Kind', 'Channel'])
  })

  test('where settings have both modes compare the same, nothing is said of a difference', () => {
    const features = { a: numeric('A', 5), b: numeric('B', 5) }
    use(features, ['a', 'b'], ['b', 'a'])
    renderMode('multivariate')
    expect($('elbow-panel').querySelector('[data-slot="k"]').textContent).toBe(data.k.text)
  })

  test('where settings have multivariate mode compare others, it is not said to add them', () => {
    use({ a: numeric('A', 5), b: numeric('B', 5), c: numeric('C', 5), d: numeric('D', 5) }, ['a', 'b'], ['c', 'd'])
    renderAll()
    expect($('headline').textContent).toContain('multivariate mode compares C and D.')
    expect(document.querySelector('[data-mode="multivariate"] span').textContent).toBe('C · D')
  })

  test('of many categories a card names the largest of all customers, and sums up the others', () => {
    const values = [10, 1, 40, 2, 30, 217].map((count, index) => ({ label: `g${index}`, count }))
    use({ a: numeric('A', 5), b: numeric('B', 5), g: { ...categorical('G'), values } }, ['a', 'b'], ['a', 'b', 'g'])
    const [first] = data.modes.bivariate.segments
    first.shares.g = { g0: 0.1, g1: 0.05, g2: 0.3, g3: 0.15, g4: 0.4, g5: 0 }
    renderMode('bivariate')
    const split = document.querySelector('#segments .split')
    expect(split.querySelector('dd').textContent.replaceAll('\u00a0', ' ')).toBe('g5 0% · g2 30% · g4 40% · g0 10% · 2 others 20%')
    expect([...split.querySelectorAll('i')].map((part) => Number(part.style.getPropertyValue('--share')).toFixed(2)))
      .toEqual(['0.00', '0.30', '0.40', '0.10', '0.20'])
  })

  test('a segment that is named after a very long category has a short name', () => {
    data.modes.bivariate.segments.forEach((segment) => Object.assign(segment, { name: `Keen Shoppers (${'M'.repeat(10_000)})` }))
    headline.render($('headline'), data)
    renderMode('bivariate')
    for (const node of [...document.querySelectorAll('.lede, .number-note, .legend span, #segments h3')]) {
      expect(node.textContent.length).toBeLessThan(200)
    }
    expect(document.querySelector('#segments h3').textContent).toContain('Keen Shoppers')
  })

  test.each([['markup', HOSTILE], ['very long', 'x'.repeat(10_000)], ['a number', '7']])('a header that is %s', (_, id) => {
    use({ [id]: numeric(id, 5), Milk: numeric('Milk', 5) }, [id, 'Milk'], [id, 'Milk'])
    const markup = document.querySelectorAll('script, img').length
    renderAll()
    expect(document.querySelectorAll('script, img')).toHaveLength(markup)
    for (const node of document.querySelectorAll('h3, dt, th, figcaption, #mode-toggle span')) {
      expect(node.textContent.length).toBeLessThan(400)
    }
  })
})

test('text from data is shown as text, wherever it comes from', () => {
  data = hostile(goldenData())
  for (const mode of Object.values(data.modes)) for (const segment of mode.segments) segment.shares = { gender: { [HOSTILE]: 1 } }
  Object.assign(data.intake, {
    separator: ',', decimal_mark: '.',
    columns: [{ name: HOSTILE, use: 'personal', feature: null, why: HOSTILE }],
    rejected: [{ reason: HOSTILE, rows: 1, remedy: HOSTILE }],
    imputed: [{ feature: 'age', cells: 1, value: HOSTILE }],
    notes: [{ text: HOSTILE, remedy: HOSTILE }],
  })
  state.receipt = hostile(goldenReceipt())
  state.receipt.outcome = 'refused'
  const markup = document.querySelectorAll('script, img').length
  renderAll()
  error.render($('error-state'), HOSTILE)
  expect(document.querySelectorAll('script, img')).toHaveLength(markup)
  for (const id of ['source-name', 'headline', 'landscapes', 'elbow-panel', 'scatter-panel', 'segments', 'receipt-notice', 'intake', 'footer', 'error-state']) {
    expect($(id).textContent, id).toContain(HOSTILE)
  }
})

/** Every free text in the document replaced by markup. */
function hostile(node, key) {
  if (Array.isArray(node)) return node.map((one) => hostile(one, key))
  if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, hostile(value, name)]))
  return typeof node === 'string' && !['x', 'y', 'kind', 'features', 'requested_at', 'uploaded_at', 'generated_at', 'generated_at'].includes(key) ? HOSTILE : node
}

import { beforeEach, describe, expect, test, vi } from 'vitest'
import { theme as themeOf } from '../src/charts/palette.js'
import { PANELS } from '../src/panels/all.js'
import * as columns from '../src/panels/columns.js'
import * as error from '../src/panels/error.js'
import { paint } from '../src/panels/focus.js'
import * as headline from '../src/panels/headline.js'
import * as intake from '../src/panels/intake.js'
import * as landscapes from '../src/panels/landscapes.js'
import * as receipt from '../src/panels/receipt.js'
import { table as summaryTable } from '../src/panels/summary.js'
import { UNTOUCHED } from '../src/state.js'
import { goldenData, goldenFirst, goldenLog, goldenOld, goldenReceipt, goldenRuns, goldenSummed, manyRuns, pageMarkup } from './golden.js'

// jsdom has no canvas; the charts' configurations have tests of their own.
vi.mock('../src/charts/draw.js', () => ({
  draw: (canvas, make, summary) => {
    canvas.setAttribute('aria-label', summary)
    canvas.config = make()
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
  state = {
    ...UNTOUCHED, choose: vi.fn(), set: vi.fn(), focusOn: vi.fn(), compare: vi.fn(), customer: null,
    runs: goldenRuns(), shown: null, other: null, missing: null, newest: data, receipt: null, theme: { ...themeOf('light'), animate: false },
  }
})

function renderMode(mode) {
  state = { ...state, mode }
  for (const [id, render] of PANELS) render($(id), data, state)
}

function renderAll() {
  receipt.render($('receipt-notice'), data, state)
  renderMode('multivariate')
  renderMode('bivariate')
}

describe('headline', () => {
  const text = () => squeeze($('headline').textContent)

  test('sums up the data', () => {
    headline.render($('headline'), data, state)
    expect(document.querySelector('.lede').textContent).toBe('300 customers, five solid segments.')
    expect(document.querySelector('.evidence-line').textContent).toBe(
      'The largest, Balanced Mainstream, holds 29.7% of them.')
    expect($('customer-count').textContent).toBe('300')
    expect($('source-name').textContent).toBe('sample_customers.csv')
    expect($('uploaded-at').dateTime).toBe('2026-01-15T09:30:00.000Z')
    expect(text()).toContain('silhouette 0.63 · stability 1.00')
    expect([...document.querySelectorAll('#headline .chip')].map((chip) => squeeze(chip.textContent))).toEqual(
      ['Premium Enthusiasts19.7%', 'Budget Enthusiasts15.7%', 'Balanced Mainstream29.7%', 'Thrifty Minimalists18.7%', 'Careful Affluents16.3%'])
  })

  test('names every segment that is largest', () => {
    data.modes.bivariate.segments[0].size = 89
    headline.render($('headline'), data, state)
    expect(text()).toContain('The largest, Premium Enthusiasts and Balanced Mainstream, hold 19.7% of them each.')
  })

  test('says how many were left out, and why', () => {
    headline.render($('headline'), goldenLog(), state)
    expect(text()).toContain(goldenLog().outliers.text)
    expect(text()).toContain('3001 customer left out')
    headline.render($('headline'), { ...data, outliers: { rule: 'auto', count: 0, text: null } }, state)
    expect(text()).toContain('every row of the file')
    expect(document.querySelector('.hint')).toBeNull()
  })

  test('leads to what became of the file, if there is something to say', () => {
    headline.render($('headline'), data, state)
    expect(document.querySelector('.hint')).toBeNull()
    data.rows = { ...data.rows, read: 303, rejected: 3 }
    data.intake.notes = [{ text: 'One.', remedy: '' }, { text: 'Two.', remedy: '' }]
    headline.render($('headline'), data, state)
    expect(text()).toContain('3 of 303 rows could not be used and 2 notes: what became of the file.')
    expect(document.getElementById(document.querySelector('.hint a').hash.slice(1))).not.toBeNull()
  })

  test('says what multivariate mode adds, or that it adds nothing', () => {
    headline.render($('headline'), data, state)
    expect(text()).toContain('multivariate mode adds Age and Gender.')
    data.modes.multivariate.features = ['income', 'spending']
    headline.render($('headline'), data, state)
    expect(text()).toContain('multivariate mode compares the same, since there are no more features.')
  })

  test('of many categories the largest are named and the others are summed up', () => {
    data.features.gender.values = [10, 1, 40, 2, 30, 17].map((count, index) => ({ label: `g${index}`, count }))
    data.distributions = []
    renderAll()
    expect([...document.querySelectorAll('#group-splits li')].map((node) => node.textContent)).toEqual(
      ['40% g2', '30% g4', '17% g5', '10% g0', '3% 2 others'])
  })

  test('the age of the upload stays current', () => {
    vi.useFakeTimers({ now: new Date('2026-01-15T09:32:00Z') })
    headline.render($('headline'), data, state)
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
    expect($('landscapes').children).toHaveLength(0)
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

  test.each(['bivariate', 'multivariate'])('%s: a card per segment, the mode’s texts, scatter and curves', (mode) => {
    renderMode(mode)
    const expected = data.modes[mode]
    const ids = [...document.querySelectorAll('#segments [data-segment-id]')].map((node) => Number(node.dataset.segmentId))
    expect(ids).toEqual(expected.segments.map(({ id }) => id))
    expect(names()).toEqual(expected.segments.map(({ name }) => name))
    for (const part of [expected.text, expected.trust.text, data.k.text]) expect($('how-many').textContent).toContain(part)
    for (const measure of ['inertia', 'silhouette', 'stability']) {
      expect($(measure).config.data.datasets[0].data.map(({ y }) => y), measure).toEqual(expected.sweep.map((step) => step[measure]))
    }
    expect($('segments-scatter').config.data.datasets[1].label).toBe(expected.segments[1].name)
    expect(document.querySelectorAll('.legend li')).toHaveLength(expected.segments.length)
  })

  test('under multivariate curves, K is said to come from bivariate mode', () => {
    renderMode('bivariate')
    expect($('how-many').querySelector('[data-slot="k"]').textContent).toBe(data.k.text)
    renderMode('multivariate')
    expect($('how-many').querySelector('[data-slot="k"]').textContent).toContain('multivariate mode takes its K over')
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
    $('mode-toggle').closest('[data-when]').hidden = false
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
      'median 89.0, spread 11.9', '+1.52', segment.trust.text, segment.analysis, segment.action, 'Segment 1']) {
      expect(text).toContain(part)
    }
  })

  test('has a share of what can be summed, as the comparison and the summary have', () => {
    const shown = () => $('segments').textContent + $('segment-compare-panel').textContent + summaryTable(data, 'bivariate').head.join()
    renderMode('bivariate')
    expect(shown()).not.toMatch(/of the sum|Share of [^c]/)
    data = goldenSummed()
    renderMode('bivariate')
    expect(squeeze(document.querySelector('[data-segment-id="1"] .size').textContent)).toBe('59 customers19.7%of Total Spend32.3%')
    expect($('segment-compare-panel').textContent).toContain('Share of Total Spend')
    const { head, rows } = summaryTable(data, 'bivariate')
    expect(rows.map((row) => row[head.indexOf('Share of Total Spend')])).toEqual([0.323, 0.2, 0.297, 0.1, 0.08])
  })

  test('places a mean between the lowest and the highest customer', () => {
    renderMode('bivariate')
    const [dot] = document.querySelectorAll('[data-segment-id="1"] .track-dot')
    expect(Number(dot.style.getPropertyValue('--at'))).toBeCloseTo((33.6271 - 18) / (75 - 18))
  })
})

describe('a second opinion', () => {
  const rows = () => [...document.querySelectorAll('#second-opinion-panel tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))

  test('says in each mode what the other methods find', () => {
    for (const mode of ['bivariate', 'multivariate']) {
      renderMode(mode)
      expect($('second-opinion-panel').textContent).toContain(data.modes[mode].second_opinion.text)
    }
    renderMode('bivariate')
    expect(rows()).toEqual([
      ['Gaussian mixture', 'Yes', '0.98', '5', '–'], ['Ward’s method', 'Yes', '0.96', '5', '–'], ['HDBSCAN', 'Yes', '1.00', '5', '8%']])
    expect($('second-opinion-panel').textContent).toContain('On the numeric features of 300 customers.')
    data.modes.bivariate.second_opinion.methods[0].preferred_k = 7
    renderMode('bivariate')
    expect($('second-opinion-panel').textContent).toContain('the mixture would choose 7.')
  })

  test('a method that finds no groups does not find the segments', () => {
    Object.assign(data.modes.bivariate.second_opinion.methods[2], { clusters: 0, agreement: null, same: null, noise: 1 })
    renderMode('bivariate')
    expect(rows()[2]).toEqual(['HDBSCAN', 'No', '–', '0', '100%'])
  })

  test('is absent where there is none', () => {
    data.modes.bivariate.second_opinion = null
    renderMode('multivariate')
    expect($('second-opinion-panel').hidden).toBe(false)
    renderMode('bivariate')
    expect($('second-opinion-panel').hidden).toBe(true)
  })

  test('its table is saved with every number', async () => {
    const save = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:')
    URL.revokeObjectURL ??= vi.fn()
    renderMode('bivariate')
    document.querySelector('#second-opinion-panel [data-save="csv"]').click()
    const lines = (await save.mock.lastCall[0].text()).trim().split('\r\n')
    expect([lines.length, lines[1]]).toEqual([4, 'Gaussian mixture,Yes,0.98,5,,5'])
  })
})

describe('what else differs', () => {
  const panel = () => $('what-else-panel')
  const rows = () => [...panel().querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => squeeze(cell.textContent)))
  const described = (columns) => {
    const { what_else: found } = data.modes.bivariate
    found.columns = columns
    found.segments = found.segments.map(() => ({ text: '', stands_out: [] }))
    return found
  }
  const region = () => ({
    name: 'Region', feature: null, kind: 'categorical', unit: '', values: ['South', 'North', 'Other'], missing: 3,
    measure: 'cramers_v', effect: 0.41, strength: 'large', everyone: { known: 297, shares: [0.5, 0.31, 0.19] },
    segments: [{ known: 59, shares: [0.2, 0.62, 0.18] }, null, { known: 89, shares: [0.6, 0.2, 0.2] }, { known: 56, shares: [0, 0.5, 0.5] }, { known: 49, shares: [0.5, 0.31, 0.19] }],
  })

  test('features of the other mode are told of each segment, with what stands out', () => {
    renderMode('bivariate')
    expect(rows().map(([name, everyone, first]) => [name, everyone, first])).toEqual([
      ['Ageη² 0.25, large', '38.5', '33.6−0.42 sd'], ['GenderV 0.18', '56.7% Female', '69.5% Female+12.8 points']])
    expect([...panel().querySelectorAll('.tinted')].map((cell) => cell.querySelector('b').textContent)).toEqual(['33.6', '28.1', '45.7'])
    expect(squeeze(panel().textContent)).toContain('Budget EnthusiastsAge averages 28.1, below the overall 38.5.')
    expect(panel().querySelectorAll('.sayings li')).toHaveLength(3)
  })

  test('of a category, what a segment has most more of is told, or what it lacks if that stands out', () => {
    described([region()]).segments[3].stands_out.push({ column: 0, category: 'South', difference: -1.1 })
    renderMode('bivariate')
    expect(rows()).toEqual([[
      'RegionV 0.41, large3 customers without', '50% South',
      '62% North+31.0 points', 'too few', '60% South+10.0 points', '0% South−50.0 points', '50% South0.0 points']])
  })

  test('what a file calls its columns and values is no markup', () => {
    described([{ ...region(), name: HOSTILE, values: [HOSTILE, HOSTILE, HOSTILE] }]).segments[0].text = HOSTILE
    renderMode('bivariate')
    expect(panel().querySelector('script, img')).toBeNull()
  })

  test('its table is saved with every category', async () => {
    const save = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:')
    URL.revokeObjectURL ??= vi.fn()
    described([region(), data.modes.bivariate.what_else.columns[0]])
    renderMode('bivariate')
    panel().querySelector('[data-save="csv"]').click()
    const lines = (await save.mock.lastCall[0].text()).trim().split('\r\n')
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 6).join())).toEqual([
      'Region,South,0.41,large,0.5,0.2', 'Region,North,0.41,large,0.31,0.62', 'Region,Other,0.41,large,0.19,0.18',
      'Age,average,0.254334,large,38.4833,33.6271', 'Age,standard deviation,0.254334,large,11.688,4.95368'])
  })

  test('is absent where nothing else is known, and in results of earlier releases', () => {
    renderMode('multivariate')
    expect(panel().hidden).toBe(true)
    renderMode('bivariate')
    expect(panel().hidden).toBe(false)
    delete data.modes.bivariate.what_else
    renderMode('bivariate')
    expect(panel().hidden).toBe(true)
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
  const text = () => squeeze($('file-panel').textContent)

  test('of a clean file it is short', () => {
    intake.render($('file-panel'), data)
    expect(squeeze($('file-panel').querySelector('.account').textContent)).toBe('300 rows read: 300 customers used; none rejected.')
    expect($('file-panel').children).toHaveLength(2)
    expect(text()).not.toContain('null')
    expect(text()).toContain('Read as UTF-8, cells separated by commas, decimal point; line 1 names the columns.')
  })

  test('whatever happened is said with what to do', () => {
    data.rows = { read: 812, used: 795, imputed: 88, duplicated: 12, rejected: 5 }
    Object.assign(data.intake, {
      encoding: 'Windows-1252', separator: ';', decimal_mark: ',', header_line: 3,
      imputed: [{ feature: 'age', cells: 10, value: '42' }],
      rejected: [{ reason: 'a row that sums up others', rows: 1, remedy: 'Export without totals.' }, { reason: 'no value for Income', rows: 4, remedy: 'Fill them.' }],
      notes: [{ text: 'Gender is coded 1, 2.', remedy: 'Write words.' }, { text: 'Bare note.', remedy: '' }],
      columns: [...data.intake.columns, { name: 'E-Mail', use: 'personal', feature: null, why: 'It holds e-mail addresses.' }],
    })
    intake.render($('file-panel'), data)
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
})

describe('columns and features', () => {
  const root = () => $('columns-panel')
  const rows = (node) => [...node.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => squeeze(cell.textContent)).join(' | '))
  const unused = (length) => Array.from({ length }, (_, i) => ({ name: `Column ${i}`, use: 'unused', feature: null, why: 'It has no part.' }))

  test('each column is listed with what it is and why, features first', () => {
    data.intake.columns.unshift({ name: '', use: 'unused', feature: null, why: 'It has no part.' })
    columns.render(root(), data)
    expect(rows(root())).toEqual([
      'Annual Income (k$) | Feature, both modes | Its name says so: income.',
      'Spending Score (1-100) | Feature, both modes | Its name says so: spending score.',
      'Gender | Feature, multivariate mode | Its name says so: gender.',
      'Age | Feature, multivariate mode | Its name says so: age.',
      'CustomerID | Customer id | Its name says so: a customer id.',
      'no name | Not used | It has no part.',
    ])
    expect(root().querySelector('details')).toBeNull()
  })

  test('of many columns those without a part fold, and stay open when the next result comes', () => {
    data.intake.columns.push(...unused(95))
    columns.render(root(), data)
    const [shown, folded] = root().querySelectorAll('.table-frame')
    expect(rows(shown)).toHaveLength(11)
    expect(rows(folded)).toHaveLength(89)
    expect(root().querySelector('summary').textContent).toBe('89 more columns not used')
    root().querySelector('details').open = true
    columns.render(root(), data)
    expect(root().querySelector('details').open).toBe(true)
  })

  test('however many features there are, none folds', () => {
    data.intake.columns = unused(20).map((column) => ({ ...column, use: 'feature', feature: 'age' }))
    columns.render(root(), data)
    expect(rows(root())).toHaveLength(20)
    expect(root().querySelector('details')).toBeNull()
  })

  test('a reader of tables by ear hears what a cell is about', () => {
    columns.render(root(), data)
    expect([...root().querySelectorAll('thead th')].map((cell) => cell.scope)).toEqual(['col', 'col', 'col'])
    expect([...root().querySelectorAll('tbody th')].every((cell) => cell.scope === 'row')).toBe(true)
  })

  test.each([[undefined, 'choice. To'], [['Region'], 'choice; “describe” adds what else differs between the segments. To']])('settings with %s to describe say what they do', (describe, said) => {
    data.intake.settings = { columns: { id: 'Customer' }, describe }
    columns.render(root(), data)
    expect(root().querySelector('[data-slot="settings"] .figure-note').textContent).toContain(`These settings repeat this ${said}`)
  })

  test('the settings are text, and no markup', () => {
    data.intake.settings = { columns: { income: HOSTILE } }
    columns.render(root(), data)
    expect(JSON.parse(root().querySelector('pre').textContent)).toEqual(data.intake.settings)
    expect(root().querySelector('script, img')).toBeNull()
  })

  test('they are saved as settings.json', async () => {
    const saved = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:')
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click() { expect(this.download).toBe('settings.json') })
    columns.render(root(), data)
    button('Save settings.json').click()
    expect(clicked).toHaveBeenCalledOnce()
    expect(JSON.parse(await saved.mock.calls[0][0].text())).toEqual(data.intake.settings)
    vi.restoreAllMocks()
  })

  test('they are copied, without TLS by being marked', async () => {
    const told = async (expected) => {
      columns.render(root(), data)
      button('Copy').click()
      await vi.waitFor(() => expect(root().querySelector('[role="status"]').textContent).toBe(expected))
    }
    const writeText = vi.fn().mockResolvedValue()
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    await told('Copied')
    expect(JSON.parse(writeText.mock.calls[0][0])).toEqual(data.intake.settings)
    vi.stubGlobal('navigator', {})
    document.execCommand = () => true
    await told('Copied')
    expect(getSelection().toString()).toBe(JSON.stringify(data.intake.settings, null, 2))
    document.execCommand = () => false
    await told('Selected; press Ctrl+C')
    vi.stubGlobal('navigator', { platform: 'MacIntel' })
    await told('Selected; press ⌘C')
    vi.unstubAllGlobals()
    delete document.execCommand
  })

  test('without them, as earlier releases are, nothing stands in their place', () => {
    for (const settings of [null, undefined]) {
      data.intake.settings = settings
      columns.render(root(), data)
      expect(root().querySelector('[data-slot="settings"]').children).toHaveLength(0)
    }
  })

  const button = (label) => [...root().querySelectorAll('button')].find(({ textContent }) => textContent === label)
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
      const coordinates = ids.map((feature) => ({ feature, category: features[feature].kind === 'numeric' ? null : 'a', mean: 1, scale: 1 }))
      const model = { coordinates, centroids: mode.segments.map((_, index) => ids.map(() => index)) }
      Object.assign(mode, { features: ids, model, other_scatters: [], explained: Object.fromEntries(ids.map((id) => [id, 0.5])) })
      Object.assign(mode.scatter, { x: bivariate[0], y: bivariate[1] })
      for (const segment of mode.segments) {
        segment.drivers = [{ feature: ids[0], category: null, difference: 1 }]
        for (const measure of ['medians', 'spreads']) segment[measure] = Object.fromEntries(numbers.map((id) => [id, 1]))
        segment.means = Object.fromEntries(numbers.map((id) => [id, 2]))
        segment.shares = Object.fromEntries(words.map((id) => [id, { a: 0.5, b: 0.5 }]))
      }
    }
    data.landscapes = [{ ...data.landscapes[0], x: bivariate[0], y: bivariate[1] }]
    data.distributions = []
    data.intake.columns = Object.keys(features).map((name) => ({ name, use: 'feature', feature: name, why: 'The settings name it.' }))
  }

  test('no gender and no age', () => {
    use({ income: numeric('Income', 5), spending: numeric('Score', 5) }, ['income', 'spending'], ['income', 'spending'])
    renderAll()
    expect($('group-splits').hidden).toBe(true)
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
    expect($('how-many').querySelector('[data-slot="k"]').textContent).toBe(data.k.text)
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
    headline.render($('headline'), data, state)
    renderMode('bivariate')
    for (const node of [...document.querySelectorAll('.number-note, .legend span, #segments h3')]) {
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
  data.features.gender.values = [{ label: HOSTILE, count: 300 }]
  for (const mode of Object.values(data.modes)) for (const segment of mode.segments) segment.shares = { gender: { [HOSTILE]: 1 } }
  state = { ...state, runs: hostile(goldenRuns()), other: data, newest: goldenFirst(), whatIf: { gender: HOSTILE }, customer: null }
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
  for (const id of ['source-name', 'headline', 'landscapes', 'how-many', 'scatter-panel', 'segments', 'receipt-notice', 'run-banner', 'group-splits', 'whatif-panel', 'second-opinion-panel', 'trust-panel', 'segment-compare-panel', 'comparison-panel', 'changes', 'history-panel', 'against-panel', 'file-panel', 'footer', 'error-state']) {
    expect($(id).textContent, id).toContain(HOSTILE)
  }
})

/** Every free text in the document replaced by markup. */
function hostile(node, key) {
  if (Array.isArray(node)) return node.map((one) => hostile(one, key))
  if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, hostile(value, name)]))
  return typeof node === 'string' && !['x', 'y', 'kind', 'features', 'feature', 'verdict', 'method', 'run_id', 'requested_at', 'uploaded_at', 'generated_at'].includes(key) ? HOSTILE : node
}

describe('a result of an earlier release', () => {
  test('is shown, and panels without data are absent or say so', () => {
    data = goldenOld()
    state.runs = null
    renderAll()
    expect($('customer-count').textContent).toBe('300')
    expect(document.querySelectorAll('#segments [data-segment-id]')).toHaveLength(5)
    expect($('distributions').children).toHaveLength(0)
    expect(document.querySelector('[data-measure="stability"]').hidden).toBe(true)
    for (const id of ['whatif-panel', 'second-opinion-panel', 'explained-panel', 'trust-panel', 'comparison-panel', 'sizes-panel', 'flow-panel', 'history-panel', 'against-panel']) {
      expect($(id).hidden, id).toBe(true)
    }
    expect($('changes').textContent).toContain('an earlier release, which compared no runs')
    expect(document.body.textContent).not.toMatch(/undefined|NaN|null/)
  })

  test('then gives way to a newer one', () => {
    data = goldenOld()
    renderAll()
    data = goldenData()
    renderAll()
    for (const id of ['whatif-panel', 'second-opinion-panel', 'explained-panel', 'trust-panel', 'comparison-panel', 'sizes-panel', 'flow-panel']) {
      expect($(id).hidden, id).toBe(false)
    }
  })
})

describe('what changed', () => {
  test('the first run has nothing to be compared with', () => {
    data = goldenFirst()
    renderAll()
    expect($('changes').textContent).toContain('This is the first run')
    expect($('sizes-panel').hidden).toBe(true)
  })

  test('sizes then and now, events, what is gone, and who moved where', () => {
    const { segments } = data.modes.bivariate
    const found = data.changes.modes.bivariate
    found.events = [{ kind: 'gone', before: [9], now: [], text: 'Gone: ‘Nine’.' }]
    found.gone = [{ id: 9, name: 'Nine', size: 30, share: 0.109091 }]
    found.segments[0] = { id: segments[0].id, before: null, moved: null }
    renderMode('bivariate')
    expect($('sizes-panel').textContent).toContain('Gone Gone: ‘Nine’.')
    const rows = [...document.querySelectorAll('#sizes-panel tbody tr')].map((row) => squeeze(row.textContent))
    expect(rows[0]).toContain('Premium Enthusiasts– → 19.7%new')
    expect(rows[1]).toContain('16.4% → 15.7%−0.7 points')
    expect(rows.at(-1)).toContain('Nine10.9% → –gone')
    expect($('flow-panel').textContent).toContain(found.flow.text)
    expect([...document.querySelectorAll('#flow-panel tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent)))).toEqual(found.flow.counts)
    const ribbons = document.querySelectorAll('#flow-panel .ribbon')
    expect(ribbons).toHaveLength(found.flow.counts.flat().filter(Boolean).length)
  })

  test('numbers that are not told are said to be few, and have no ribbon', () => {
    data.min_cell_count = 5
    const { flow } = data.changes.modes.bivariate
    flow.counts = flow.counts.map((row) => row.map((n) => (n && n < 5 ? null : n)))
    flow.left = null
    renderMode('bivariate')
    expect(squeeze($('flow-panel').textContent)).toContain('few left')
    expect(document.querySelectorAll('#flow-panel .ribbon')).toHaveLength(flow.counts.flat().filter(Boolean).length)
  })
})

describe('history', () => {
  test('every run is listed, the newest first, to be looked at or compared', () => {
    renderMode('bivariate')
    const rows = [...document.querySelectorAll('#history-panel tbody tr')]
    expect(rows.map((row) => row.querySelector('.run-name').textContent)).toEqual(['sample_customers.csv', 'customers_december.csv'])
    expect(rows[0].getAttribute('aria-current')).toBe('true')
    rows[1].querySelector('[data-look]').click()
    expect(state.set).toHaveBeenLastCalledWith({ run: goldenFirst().run_id, against: null }, { isStep: true })
    rows[1].querySelector('[data-compare]').click()
    expect(state.set).toHaveBeenLastCalledWith({ against: goldenFirst().run_id })
  })

  describe('of many runs', () => {
    const notes = () => document.querySelector('#history-panel [role="status"]').textContent
    const more = () => document.querySelector('#history-panel [data-slot="more"]')
    const names = () => [...document.querySelectorAll('#history-panel .run-name')].map((node) => node.textContent)
    const list = (most, older, rest) => {
      const made = manyRuns(most, older)
      $('history-panel').closest('[data-when]').hidden = false
      Object.assign(state, { showAll: vi.fn(), runs: made.runs, older: null, isAll: false, ...rest })
      renderMode('bivariate')
      return made
    }

    test('the newest are listed, and how many there are is said', () => {
      list(100, 69)
      expect([names().length, notes(), more().hidden, more().textContent]).toEqual([50, '50 of 169 runs', false, 'Show all 169 runs'])
      more().click()
      expect(state.showAll).toHaveBeenCalledOnce()
    })

    test('all are listed in order, each once', () => {
      const { runs, older } = manyRuns(100, 69)
      list(100, 69, { isAll: true, older: [...older, runs.runs[0]] })
      expect(names()).toEqual(['sample_customers.csv', ...[...Array(168)].map((_, index) => `${167 - index}.csv`)])
      expect([notes(), more().hidden]).toEqual(['All 169 runs', true])
    })

    test('the list of an earlier release has them all in one', () => {
      list(1000, 0)
      expect([names().length, notes()]).toEqual([50, `50 of ${(1000).toLocaleString()} runs`])
      list(1000, 0, { isAll: true })
      expect([names().length, more().hidden]).toEqual([1000, true])
    })

    test('of few runs there is nothing more to say or to press', () => {
      list(50, 0)
      expect([names().length, notes(), more().hidden]).toEqual([50, '', true])
    })

    test('where the older ones cannot be had, the others are listed, and it can be tried again', () => {
      list(100, 69, { isAll: true, olderNote: 'The list of older runs was not found.' })
      expect([names().length, notes(), more().hidden]).toEqual([100, '100 of 169 runs · The list of older runs was not found.', false])
    })

    test('the table that is saved has what is listed', async () => {
      const save = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:')
      URL.revokeObjectURL ??= vi.fn()
      for (const isAll of [false, true]) {
        list(120, 0, { isAll })
        document.querySelector('#history-panel [data-save="csv"]').click()
      }
      const lines = await Promise.all(save.mock.calls.map(async ([blob]) => (await blob.text()).trim().split('\r\n').length))
      expect(lines).toEqual([51, 121])
    })

    test('whoever asked for all goes on with the first of the others', () => {
      list(100, 0)
      more().focus()
      list(100, 0, { isAll: true })
      expect(document.activeElement.closest('tr').querySelector('.run-name').textContent).toBe('49.csv')
    })

    test('whoever is on a button of a run stays on it', () => {
      list(100, 0)
      document.querySelectorAll('#history-panel [data-compare]')[3].focus()
      const { compare } = document.activeElement.dataset
      list(100, 0, { against: compare })
      expect(compare).toMatch(/^f0+95$/)
      expect(document.activeElement.dataset.compare).toBe(compare)
    })
  })

  test('what could not be loaded is said, with the list and without it', () => {
    Object.assign(state, { otherNote: 'The run to compare with was not found.' })
    renderMode('bivariate')
    expect($('history-panel').textContent).toContain('The run to compare with was not found.')
    Object.assign(state, { runs: null, otherNote: null, runsNote: 'The list of runs could not be loaded.' })
    renderMode('bivariate')
    expect($('history-panel').hidden).toBe(false)
    expect($('history-panel').textContent).toContain('The list of runs could not be loaded.')
    expect($('history-panel').querySelector('.table-frame').hidden).toBe(true)
  })

  test('a run that is listed but not shown yet is not the newest', () => {
    state.newest = goldenFirst()
    data = goldenFirst()
    renderMode('bivariate')
    const [after, newest] = document.querySelectorAll('#history-panel tbody tr')
    expect([after, newest].map((row) => row.textContent.includes('· newest'))).toEqual([false, true])
    after.querySelector('[data-look]').click()
    expect(state.set).toHaveBeenLastCalledWith({ run: goldenData().run_id, against: null }, { isStep: true })
  })

  test('two runs side by side, segment by segment', () => {
    state.other = goldenFirst()
    renderMode('bivariate')
    const [row] = document.querySelectorAll('#against-panel tbody tr')
    expect(squeeze(row.textContent)).toBe('Premium Enthusiasts19.7% · 5918.9% · 52+0.8 points')
  })

  test('runs of other features are not compared segment by segment', () => {
    state.other = goldenFirst()
    state.other.modes.bivariate.features = ['age', 'income']
    renderMode('bivariate')
    expect($('against-panel').textContent).toContain('nothing to do with each other')
    expect(document.querySelectorAll('#against-panel tbody tr')).toHaveLength(0)
  })

  test('an earlier run says that it is one, and leads back', () => {
    Object.assign(state, { run: goldenFirst().run_id, newest: data })
    data = goldenFirst()
    renderMode('bivariate')
    expect($('run-banner').textContent).toContain('You are looking at an earlier run: customers_december.csv')
    $('run-banner').querySelector('button').click()
    expect(state.set).toHaveBeenCalledWith({ run: null }, { isStep: true })
  })
})

describe('focus', () => {
  test('lights a segment wherever it is, and only that', () => {
    renderMode('bivariate')
    paint(document, { focus: 2, hidden: [3] })
    for (const node of document.querySelectorAll('[data-segment]')) {
      expect(node.dataset.lit).toBe(node.dataset.segment.split(' ').includes('2') ? 'on' : 'off')
    }
    expect([...document.querySelectorAll('[data-focus][aria-pressed="true"]')].every((button) => button.dataset.focus === '2')).toBe(true)
    expect([...document.querySelectorAll('[data-hide][aria-pressed="true"]')].map((button) => button.dataset.hide)).toEqual(['3'])
  })
})

describe('what if', () => {
  test('asks for every feature, and places whoever is described in both modes', () => {
    state.whatIf = { income: '90', spending: '85', age: '30', gender: 'Female' }
    renderMode('bivariate')
    expect([...document.querySelectorAll('#whatif-panel [data-question]')].map((input) => [input.dataset.question, input.type, input.value])).toEqual([
      ['income', 'number', '90'], ['income', 'range', '90'], ['spending', 'number', '85'], ['spending', 'range', '85'],
      ['age', 'number', '30'], ['age', 'range', '30'], ['gender', 'select-one', 'Female'],
    ])
    expect(document.querySelector('[data-placed="bivariate"]').textContent).toContain('Premium Enthusiasts')
    expect(document.querySelector('[data-placed="multivariate"]').textContent).toMatch(/Confidence \d/)
  })

  test('on a log scale the slider has its own numbers, and says plain ones', () => {
    data = goldenLog()
    state.whatIf = { income: '15866' }
    renderMode('bivariate')
    const [field, slider] = document.querySelectorAll('[data-question="income"]')
    expect(field.value).toBe('15866')
    expect(Number(slider.value)).toBeCloseTo(Math.log1p(15.866), 1)
    expect(slider.getAttribute('aria-valuetext')).toBe('15,866\u00a0$')
    slider.value = String(Math.log1p(40))
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    const [[change]] = state.set.mock.calls
    const { whatIf: { income } } = change(state)
    expect(field.value).toBe(income)
    expect(Number(income)).toBeCloseTo(40_000, -4)
    expect(Number(income) % 1000).toBe(0)
  })

  test('an answer goes into the state, the others stay', () => {
    state.whatIf = { age: '30' }
    renderMode('bivariate')
    const slider = document.querySelector('[data-question="income"][type="range"]')
    slider.value = '80'
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    const [[change]] = state.set.mock.calls
    expect(change(state)).toEqual({ whatIf: { age: '30', income: '80' } })
  })
})

describe('tables', () => {
  test('every chart has a twin that says the same in numbers', () => {
    renderMode('bivariate')
    for (const figure of document.querySelectorAll('.figure:has(canvas)')) {
      figure.querySelector('[aria-expanded]').click()
      expect(figure.querySelectorAll('.twin tbody tr').length, figure.querySelector('h3').textContent).toBeGreaterThan(3)
    }
    expect([...document.querySelectorAll('[data-measure="inertia"] .twin tbody tr')].map((row) => row.firstChild.textContent)).toEqual(
      data.modes.bivariate.sweep.map(({ k }) => String(k)))
  })

  test('the summary has a row for each segment with all that is known of it', () => {
    const { head, rows } = summaryTable(data, 'multivariate')
    expect(rows).toHaveLength(5)
    for (const row of rows) expect(row).toHaveLength(head.length)
    const [segment] = data.modes.multivariate.segments
    expect(rows[0].slice(0, 5)).toEqual([segment.id, segment.name, segment.tag, segment.size, segment.share])
    expect(rows[0][head.indexOf('Annual Income mean')]).toBe(segment.means.income)
    expect(rows[0][head.indexOf('Gender: Female')]).toBe(segment.shares.gender.Female)
  })
})

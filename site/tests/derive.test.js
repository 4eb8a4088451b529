import { describe, expect, test } from 'vitest'
import { chosenAxes, scatterOf, withAxis } from '../src/derive/axes.js'
import { pairOf, sideBySide } from '../src/derive/compare.js'
import { csv } from '../src/derive/csv.js'
import { layout } from '../src/derive/flow.js'
import { claim, evidence } from '../src/derive/headline.js'
import { centroidAt, customerOf, fromSlider, place, questions } from '../src/derive/placing.js'
import { compareRuns, listOf } from '../src/derive/runs.js'
import { format, parse, UNTOUCHED } from '../src/state.js'
import { goldenData, goldenFirst, goldenLog, goldenOld, goldenRuns, goldenSummed, harmlessCells } from './golden.js'

describe('the address', () => {
  const all = {
    mode: 'multivariate', x: 'age', y: 'spending', focus: 2, hidden: [3, 14], pair: [1, 5],
    whatIf: { age: '30', 'Fresh & frozen': '7,5', gender: 'Other=x' }, run: '0011223344556677', against: 'fedcba9876543210',
  }

  test('holds every state, and nothing where nothing was chosen', () => {
    expect(parse({ search: format(all) })).toEqual(all)
    expect(format(UNTOUCHED)).toBe('')
    expect(parse({})).toEqual(UNTOUCHED)
  })

  test.each(['?mode=other&focus=x&hide=a,b&pair=1&run=../../secret&against=12', '?mode=&run='])('what it says wrongly is not taken: %s', (search) => {
    expect(parse({ search })).toEqual(UNTOUCHED)
  })

  test('of earlier releases is still understood', () => {
    expect(parse({ hash: '#multivariate' }).mode).toBe('multivariate')
    expect(parse({ hash: '#file' }).mode).toBe('bivariate')
  })
})

describe('placing a customer', () => {
  const features = { age: {}, gender: {} }
  const mode = {
    model: {
      coordinates: [{ feature: 'age', category: null, mean: 40, scale: 10 }, { feature: 'gender', category: 'Female', mean: 0.5, scale: 0.5 }],
      centroids: [[0, 1], [3, 1], [0, -3]],
    },
    segments: [{ id: 7 }, { id: 2 }, { id: 9 }],
  }

  test('the nearest centroid is the segment; confidence is 1 - d1/d2', () => {
    const found = place(features, mode, { age: 50, gender: 'Female' })
    expect([found.segment.id, found.next.id]).toEqual([7, 2])
    expect(found.confidence).toBeCloseTo(1 - 1 / 2)
  })

  test('on the centroid it is sure, on the border it is not', () => {
    expect(place(features, mode, { age: 40, gender: 'Female' }).confidence).toBe(1)
    expect(place(features, mode, { age: 55, gender: 'Female' }).confidence).toBe(0)
    expect(place(features, { ...mode, model: { ...mode.model, centroids: [[0, 1], [0, 1], [9, 9]] } }, { age: 40, gender: 'Female' }).confidence).toBe(1)
  })

  test.each(['bivariate', 'multivariate'])('%s: the average customer of a segment is in it, where the segment has a typical one', (name) => {
    const data = goldenData()
    const found = data.modes[name]
    for (const segment of found.segments) {
      const [gender] = Object.entries(segment.shares.gender).sort(([, a], [, b]) => b - a)[0]
      expect(place(data.features, found, { ...segment.means, gender }).segment.id).toBe(segment.id)
    }
  })

  test('every feature of both modes is asked for once, with what is usual', () => {
    const asked = questions(goldenData())
    expect(asked.map(({ id }) => id)).toEqual(['income', 'spending', 'age', 'gender'])
    expect(asked[0]).toEqual({ id: 'income', kind: 'number', min: 12, max: 113, usual: expect.any(Number), slider: { min: 12, max: 113, step: 1 } })
    expect(asked[3]).toMatchObject({ kind: 'choice', choices: ['Female', 'Male'], usual: 'Female' })
  })

  test('small and large numbers have fine and coarse steps', () => {
    const data = goldenData()
    Object.assign(data.features.income, { min: 12_000, max: 140_000 })
    Object.assign(data.features.age, { min: 0.1, max: 0.4 })
    expect(questions(data).map(({ slider }) => slider?.step)).toEqual([1000, 1, 0.001, undefined])
  })

  describe('on a log scale', () => {
    const data = goldenLog()
    const { features: { income }, modes } = data

    test.each(['bivariate', 'multivariate'])('%s: each coordinate is transformed before it is compared', (name) => {
      // Its incomes are 1,000 (e^(x/20) - 1) of those of the other.
      const linear = goldenData()
      for (const [was, spending] of [[20, 80], [55, 50], [88, 20], [113, 95]]) {
        const customer = { spending, age: 40, gender: 'Male' }
        const found = place(data.features, modes[name], { ...customer, income: 1000 * Math.expm1(was / 20) })
        const expected = place(linear.features, linear.modes[name], { ...customer, income: was })
        expect(found.segment.id).toBe(expected.segment.id)
        expect(found.confidence).toBeCloseTo(expected.confidence, 6)
      }
    })

    test('what is below 0 counts as 0', () => {
      const at = (value) => place(data.features, modes.bivariate, { income: value, spending: 50 })
      expect(at(-500)).toEqual(at(0))
    })

    test('a centroid lies where K-Means has it, not at the mean', () => {
      const { segments } = goldenData().modes.bivariate
      modes.bivariate.segments.forEach((segment, index) => {
        const at = centroidAt(data.features, modes.bivariate, segment, 'income')
        expect(20 * Math.log1p(at / 1000)).toBeCloseTo(segments[index].means.income, 1)
        expect(at).toBeLessThan(segment.means.income)
        expect(centroidAt(data.features, modes.bivariate, segment, 'spending')).toBe(segment.means.spending)
      })
    })

    test('a feature that is not of the mode has its mean', () => {
      const [segment] = modes.bivariate.segments
      const features = { ...data.features, age: { ...data.features.age, scale: 'log', log_unit: 1 } }
      expect(centroidAt(features, modes.bivariate, segment, 'age')).toBe(segment.means.age)
    })

    test('a slider moves evenly in logarithms, by values that are easily read', () => {
      const [{ slider, min, max, usual }] = questions(data)
      expect([min, max, usual]).toEqual([income.min, income.max, 16_000])
      expect([slider.min, slider.max]).toEqual([min, max].map((value) => Math.log1p(value / 1000)))
      expect(slider.step).toBeCloseTo((slider.max - slider.min) / 100)
      const shown = [slider.min, (slider.min + slider.max) / 2, slider.max].map((at) => fromSlider(income, String(at)))
      expect(shown).toEqual(['820', '22000', '280000'])
      expect(fromSlider(data.features.spending, '55')).toBe('55')
    })
  })

  test('answers that make no sense are not taken', () => {
    const asked = questions(goldenData())
    const usual = customerOf(asked, null)
    expect(customerOf(asked, { income: 'x', spending: '', gender: 'Nobody', age: '31.5', other: '1' })).toEqual({ ...usual, age: 31.5 })
  })

  test('a result of an earlier release has no questions', () => {
    expect(questions(goldenOld())).toEqual([])
  })
})

describe('axes', () => {
  const { bivariate } = goldenData().modes

  test('a pair that the data has the other way round is turned', () => {
    const turned = scatterOf(bivariate, 'spending', 'income')
    expect(turned.points[0]).toEqual([bivariate.scatter.points[0][1], bivariate.scatter.points[0][0], ...bivariate.scatter.points[0].slice(2)])
  })

  test('choosing the feature of the other axis makes them change places', () => {
    expect(withAxis({ x: 'income', y: 'spending' }, 'x', 'spending')).toEqual({ x: 'spending', y: 'income' })
    expect(withAxis({ x: 'income', y: 'spending' }, 'y', 'age')).toEqual({ x: 'income', y: 'age' })
  })

  test.each([
    [{ x: null, y: null }, { x: 'income', y: 'spending' }],
    [{ x: 'age', y: null }, { x: 'age', y: 'spending' }],
    [{ x: 'spending', y: null }, { x: 'spending', y: 'income' }],
    [{ x: null, y: 'income' }, { x: 'spending', y: 'income' }],
    [{ x: 'shoe size', y: 'age' }, { x: 'income', y: 'spending' }],
  ])('%j shows %j', (state, shown) => {
    expect(chosenAxes(bivariate, state)).toEqual(shown)
  })

  test('an earlier release has one pair, which can be turned', () => {
    const { scatter } = goldenOld().modes.bivariate
    expect(chosenAxes(goldenOld().modes.bivariate, { x: 'age', y: null })).toEqual({ x: scatter.x, y: scatter.y })
    expect(chosenAxes(goldenOld().modes.bivariate, { x: scatter.y, y: scatter.x })).toEqual({ x: scatter.y, y: scatter.x })
  })
})

describe('the headline', () => {
  test.each([['solid', '300 customers, five solid segments.'], ['tentative', '300 customers, five tentative segments.'], ['none', '300 customers, no reliable segments.']])('of %s segments', (verdict, text) => {
    const data = goldenData()
    data.modes.bivariate.trust.verdict = verdict
    expect(claim(data, 'bivariate')).toBe(text)
    expect(evidence(data, 'bivariate').startsWith('K-Means cuts them into five all the same.')).toBe(verdict === 'none')
  })

  test('where the largest segment also has the largest part of the sum, it is named once', () => {
    const data = goldenSummed()
    data.modes.bivariate.segments[2].part_of_sum = 0.5
    expect(evidence(data, 'bivariate')).toBe('The largest, Balanced Mainstream, holds 29.7% of them and 50% of Total Spend.')
  })

  test('where another one has it, both are named', () => {
    expect(evidence(goldenSummed(), 'bivariate')).toBe(
      'The largest, Balanced Mainstream, holds 29.7% of them; Premium Enthusiasts, 19.7% of them, hold 32.3% of Total Spend.')
  })

  test('the sum of earlier releases is that of the second axis', () => {
    expect(evidence({ ...goldenSummed(), summed: undefined }, 'bivariate')).toMatch(/, hold 32\.3% of the sum of Total Spend\.$/)
  })

  test('where all are equally large, none is the largest', () => {
    const data = goldenData()
    for (const segment of data.modes.bivariate.segments) Object.assign(segment, { size: 60, share: 0.2 })
    expect(evidence(data, 'bivariate')).toBe('All segments are equally large, with 20% of the customers each.')
  })

  test('where there is no sum to speak of, there is none', () => {
    expect(evidence(goldenData(), 'bivariate')).toBe('The largest, Balanced Mainstream, holds 29.7% of them.')
    expect(claim(goldenOld(), 'bivariate')).toBe('300 customers, five segments.')
  })
})

describe('two segments', () => {
  const data = goldenData()
  const { segments } = data.modes.bivariate

  test('are the largest two, until others are chosen', () => {
    expect(pairOf(data.modes.bivariate, { pair: null, focus: null })).toEqual([3, 1])
    expect(pairOf(data.modes.bivariate, { pair: null, focus: 5 })).toEqual([5, 3])
    expect(pairOf(data.modes.bivariate, { pair: [2, 5], focus: 1 })).toEqual([2, 5])
    expect(pairOf(data.modes.bivariate, { pair: [2, 99], focus: null })).toEqual([3, 1])
  })

  test('are set side by side feature by feature', () => {
    const rows = sideBySide(data, segments[0], segments[1])
    expect(rows.map(({ id, category }) => [id, category])).toEqual([['gender', 'Female'], ['age', null], ['income', null], ['spending', null]].sort((a, b) => Object.keys(data.features).indexOf(a[0]) - Object.keys(data.features).indexOf(b[0])))
    const income = rows.find(({ id }) => id === 'income')
    expect(income.apart).toBeCloseTo((segments[0].means.income - segments[1].means.income) / data.features.income.sd)
  })
})

describe('runs', () => {
  test('segments are matched by id; what is new or gone stands alone', () => {
    const [now, then] = [goldenData(), goldenFirst()]
    now.modes.bivariate.segments[0].id = 8
    const { comparable, rows } = compareRuns(now, then, 'bivariate')
    expect(comparable).toBe(true)
    expect(rows.map((row) => [row.now?.id ?? null, row.then?.id ?? null])).toEqual([[8, null], [2, 2], [3, 3], [4, 4], [5, 5], [null, 1]])
  })

  test('the newest comes first', () => {
    expect(listOf({ runs: goldenRuns(), older: null, isAll: false }).listed.map(({ customers }) => customers)).toEqual([300, 275])
  })
})

describe('flow', () => {
  const flow = { before: [1, 2], now: [2, 3], counts: [[10, null], [5, 85]] }

  test('bars and ribbons are as high as customers are many, and nothing overlaps', () => {
    const { left, right, ribbons } = layout(flow, { height: 110, gap: 10 })
    expect(left.map(({ id, count, y, height }) => [id, count, y, height])).toEqual([[1, 10, 0, 10], [2, 90, 20, 90]])
    expect(right.map(({ count, y }) => [count, y])).toEqual([[15, 0], [85, 25]])
    expect(ribbons.map(({ before, now, count, from, to }) => [before, now, count, from, to])).toEqual([[1, 2, 10, 0, 0], [2, 2, 5, 20, 10], [2, 3, 85, 25, 25]])
  })

  test('nobody in both files is no reason to fail', () => {
    expect(layout({ before: [1], now: [1], counts: [[0]] }).ribbons).toEqual([])
  })
})

describe('CSV', () => {
  test('numbers are in full, nothing is empty, text is quoted where it has to be', () => {
    expect(csv({ head: ['a', 'b'], rows: [[1.23456789, null], ['x, "y"', 'z\nz']] })).toBe('a,b\r\n1.23456789,\r\n"x, ""y""","z\nz"\r\n')
  })

  test.each(harmlessCells())('no cell is a formula, by the rule of the engine: %j', (text, harmless) => {
    const written = /[,"\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
    expect(csv({ head: [text], rows: [[text], [-2]] })).toBe(`${written}\r\n${written}\r\n-2\r\n`)
  })
})

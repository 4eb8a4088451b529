import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

// Vitest runs in the site's folder.
const read = (path) => JSON.parse(readFileSync(resolve('..', path), 'utf8'))

/** Fresh copies, so that a test may change what it got. */
export const goldenData = () => read('tests/golden/data.json')
export const goldenFirst = () => read('tests/golden/first.json')
export const goldenLog = () => read('tests/golden/log.json')
export const goldenOld = () => read('tests/golden/old.json')
export const goldenRuns = () => read('tests/golden/runs.json')
export const goldenReceipt = () => read('tests/golden/receipt.json')
export const readableNumbers = () => read('tests/golden/readable_numbers.json')
export const harmlessCells = () => read('tests/golden/harmless_cells.json')
export const schema = (name) => read(`lambda/segmentation/${name}.schema.json`)

export const pageMarkup = () => readFileSync('index.html', 'utf8')

/** The newest golden result, as it were if the second axis were money. */
export function goldenSummed() {
  const data = goldenData()
  data.summed = 'spending'
  Object.assign(data.features.spending, { meaning: 'money', name: 'Total Spend' })
  for (const { segments } of Object.values(data.modes)) segments.forEach((segment, index) => Object.assign(segment, { part_of_sum: [0.323, 0.2, 0.297, 0.1, 0.08][index] }))
  return data
}

/** A list of so many runs, the last of them that of the golden result, and `older` in a list of their own. */
export function manyRuns(most, older) {
  const [first, newest] = goldenRuns().runs
  const made = (index) => ({ ...first, run_id: `f${String(index).padStart(15, '0')}`, source: { ...first.source, name: `${index}.csv` } })
  const all = [...Array(most + older - 1)].map((_, index) => made(index)).concat(newest)
  return { runs: { schema_version: 1, runs: all.slice(older), ...(older && { older }) }, older: all.slice(0, older) }
}

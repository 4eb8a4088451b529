import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

// Vitest runs in the site's folder.
const read = (path) => JSON.parse(readFileSync(resolve('..', path), 'utf8'))

/** Fresh copies, so that a test may change what it got. */
export const goldenData = () => read('tests/golden/data.json')
export const goldenFirst = () => read('tests/golden/first.json')
export const goldenOld = () => read('tests/golden/old.json')
export const goldenRuns = () => read('tests/golden/runs.json')
export const goldenReceipt = () => read('tests/golden/receipt.json')
export const readableNumbers = () => read('tests/golden/readable_numbers.json')
export const harmlessCells = () => read('tests/golden/harmless_cells.json')
export const schema = (name) => read(`lambda/segmentation/${name}.schema.json`)

export const pageMarkup = () => readFileSync('index.html', 'utf8')

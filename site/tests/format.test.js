import { describe, expect, test } from 'vitest'
import { difference, mean, short } from '../src/format.js'
import { readableNumbers } from './golden.js'

describe('means', () => {
  test.each(readableNumbers())('%d is written %s, as in the sentences of the engine', (value, text) => {
    expect(mean(value)).toBe(text)
  })
})

describe('differences', () => {
  test.each([
    [28.25, 38.85, '−10.6'],
    [0.7913, 0.5, '+0.291'],
    [77769, 60000.4, '+17,769'],
    [5, 5, '0.00'],
  ])('%d against %d is %s', (value, other, text) => {
    expect(difference(value, other)).toBe(text)
  })
})

describe('names of the file’s', () => {
  test.each([
    ['as they are', 'Annual Income', 'Annual Income'],
    ['without breaks', ' Annual\n Income ', 'Annual Income'],
    ['cut where they are long', 'x'.repeat(10_000), `${'x'.repeat(9)}…`, 10],
    ['cut between letters, not within one', '😀'.repeat(20), `${'😀'.repeat(9)}…`, 10],
  ])('%s', (_, text, shown, most) => {
    expect(short(text, most)).toBe(shown)
  })
})

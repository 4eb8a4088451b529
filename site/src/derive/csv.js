// As in `lambda/segmentation/results/csv_cells.py`: what begins like a formula and is not just a number.
const FORMULA = /^ *[=+\-@\t＝＋－＠]/
const NUMBER = /^(?:[+-]?[\d.,' %$]*(?:[eE][+-]?\d+)?|[+-] ?[€£¥]? ?[\d.,' ]*)$/
// Other programs may cut a cell here, quoted or not.
const BORDER = /([,"\r\n])/

/** A table as CSV: numbers in full, a cell that a spreadsheet would run as a formula begins with an apostrophe. */
export function csv({ head, rows }) {
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value) {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value.split(BORDER).map((part) => (isFormula(part) ? `'${part}` : part)).join('')
  return BORDER.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const isFormula = (text) => FORMULA.test(text) && !NUMBER.test(text.replace(/^ +| +$/g, ''))

const whole = new Intl.NumberFormat()
const oneDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const twoDecimals = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const asGiven = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })
const signedWhole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0, signDisplay: 'exceptZero' })
const signedDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' })
const percentage = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const list = new Intl.ListFormat('en')

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const TIME_UNITS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]]

export const count = (value) => whole.format(value)
export const share = (value) => percentage.format(value)
export const score = (value) => twoDecimals.format(value)
export const number = (value) => asGiven.format(value)
export const date = (iso) => dateTime.format(new Date(iso))
export const join = (words) => list.format(words)
export const inWords = (value) => NUMBER_WORDS[value] ?? count(value)
export const plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

/** A mean; decimals say nothing where the number has four digits before the point. */
export const mean = (value) => (Math.abs(value) < 1000 ? oneDecimal : whole).format(value)
export const difference = (value) => (Math.abs(value) < 1000 ? signedDecimal : signedWhole).format(value).replace('-', '−')

export const withUnit = (text, unit) => (unit ? `${text}\u00a0${unit}` : text)

/** "Annual Income 88 k$", as a tooltip says it. */
export const reading = (feature, value, format = number) => `${feature.name} ${withUnit(format(value), feature.unit)}`

/** "2 minutes ago". A clock that runs behind the server's must not show the future. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(iso)) / 1000)
  for (const [unit, length] of TIME_UNITS) {
    if (seconds >= length) return relative.format(-Math.floor(seconds / length), unit)
  }
  return 'just now'
}

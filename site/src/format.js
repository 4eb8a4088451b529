const whole = new Intl.NumberFormat()
const twoDecimals = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const asGiven = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })
const twoDigits = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 })
const percentage = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const list = new Intl.ListFormat('en')

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const TIME_UNITS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]]

/** What stands for a number of customers that is not told: they are few, or it would tell of others who are. */
export const HIDDEN = 'hidden'

export const count = (value) => (value === null ? HIDDEN : whole.format(value))
export const share = (value) => (value === null ? HIDDEN : percentage.format(value))
export const score = (value) => twoDecimals.format(value)
export const number = (value) => asGiven.format(value)
export const date = (iso) => dateTime.format(new Date(iso))
export const join = (words) => list.format(words)

/** "Age, Gender and 14 more", where there are more words than a sentence bears. */
export const joinSome = (words, most = 5) =>
  join(words.length <= most + 1 ? words : [...words.slice(0, most), `${count(words.length - most)} more`])

export const inWords = (value) => NUMBER_WORDS[value] ?? count(value)
export const plural = (value, noun) => `${value === null ? 'few' : count(value)} ${noun}${value === 1 ? '' : 's'}`

/** A number of an axis in logarithms, which has one digit or two. */
export const tick = (value) => twoDigits.format(value)

/** A mean with three digits or more, rounded as the engine rounds it in its sentences. */
export const mean = (value) => withDecimals(decimals(value)).format(value)

/** How far `value` lies from `other`, as exact as the value itself is shown. */
export const difference = (value, other) =>
  withDecimals(decimals(value), { signDisplay: 'exceptZero' }).format(value - other).replace('-', '−')

/** How many points two shares are apart. */
export const pointsApart = (now, then) =>
  (now === null || then === null ? HIDDEN : `${difference(100 * now, 100 * then)} points`)

function decimals(value) {
  const size = Math.abs(value)
  if (size >= 1000) return 0
  return size >= 10 || size === 0 ? 1 : 2 - Math.floor(Math.log10(size))
}

function withDecimals(digits, more = {}) {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits, ...more })
}

export const withUnit = (text, unit) => (unit ? `${text}\u00a0${short(unit, 20)}` : text)

/** A name of the file's as it fits into a line of the page's own. */
export function short(text, most = 60) {
  const plain = text.replace(/\s+/g, ' ').trim()
  const letters = [...plain]
  return letters.length <= most ? plain : `${letters.slice(0, most - 1).join('')}…`
}

/** "Annual Income 88 k$", as a tooltip says it. */
export const reading = (feature, value, format = number) => `${short(feature.name)} ${withUnit(format(value), feature.unit)}`

/** "2 minutes ago". A clock that runs behind the server's must not show the future. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(iso)) / 1000)
  for (const [unit, length] of TIME_UNITS) {
    if (seconds >= length) return relative.format(-Math.floor(seconds / length), unit)
  }
  return 'just now'
}

/** "+1.52", "−0.49": a real minus is as wide as the plus. */
export const signed = (value) => withDecimals(2, { signDisplay: 'exceptZero', minimumFractionDigits: 0 }).format(value).replace('-', '−')

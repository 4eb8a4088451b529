import { inWords, join, plural, share } from '../format.js'
import { segmentName, summedName } from '../panels/features.js'

const KINDS = { solid: ' solid', tentative: ' tentative', none: '' }

/** How many customers in how many segments, and how far they are to be trusted. */
export function claim(data, mode) {
  const { segments, trust } = data.modes[mode]
  const customers = plural(data.customers, 'customer')
  if (trust?.verdict === 'none') return `${customers}, no reliable segments.`
  return `${customers}, ${inWords(segments.length)}${KINDS[trust?.verdict] ?? ''} segments.`
}

/** The largest segment, and the one with the largest part of what is summed, if anything is: every number is in the data. */
export function evidence(data, mode) {
  const { segments, trust } = data.modes[mode]
  const top = largest(segments)
  const what = summedName(data)
  const foremost = segments.some(({ part_of_sum }) => part_of_sum) ? maximal(segments, ({ part_of_sum }) => part_of_sum ?? 0)[0] : null
  const cut = trust?.verdict === 'none' ? `K-Means cuts them into ${inWords(segments.length)} all the same. ` : ''
  if (top.length === segments.length) return `${cut}All segments are equally large, with ${share(top[0].share)} of the customers each.`
  if (top.length > 1) return `${cut}The largest, ${join(top.map(segmentName))}, hold ${share(top[0].share)} of them each.`
  const [first] = top
  const opening = `${cut}The largest, ${segmentName(first)}, holds ${share(first.share)} of them`
  if (!foremost) return `${opening}.`
  if (foremost === first) return `${opening} and ${share(first.part_of_sum)} of ${what}.`
  return `${opening}; ${segmentName(foremost)}, ${share(foremost.share)} of them, hold ${share(foremost.part_of_sum)} of ${what}.`
}

export const largest = (segments) => maximal(segments, ({ size }) => size ?? 0)

function maximal(items, measure) {
  const most = Math.max(...items.map(measure))
  return items.filter((item) => measure(item) === most)
}

import { date } from '../format.js'

const TOAST_MS = 6000

let timer = null

/** Quiet words about the connection, beside the product's name. */
export function renderConnection(root, { view, offline }) {
  root.dataset.offline = String(offline)
  root.textContent = offline ? 'Reconnecting…' : { data: 'Live', empty: 'Waiting for a file' }[view] ?? ''
}

/** What the page shows while there is no connection is said to be of before. */
export function renderOffline(root, data, { offline }) {
  root.hidden = !offline || !data
  root.textContent = root.hidden ? '' : `No connection. This is the result of ${date(data.generated_at)}; the page keeps trying and changes by itself.`
}

export function toast(root, text) {
  root.textContent = text
  root.classList.add('is-shown')
  clearTimeout(timer)
  timer = setTimeout(() => root.classList.remove('is-shown'), TOAST_MS)
}

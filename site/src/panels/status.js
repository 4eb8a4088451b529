import { date } from '../format.js'

const TOAST_MS = 6000

let timer = null

/** Quiet words about the connection, beside the product's name. */
export function renderConnection(root, { view, trouble }) {
  root.dataset.trouble = String(Boolean(trouble))
  root.textContent = trouble ? 'Trying again…' : { data: 'Live', empty: 'Waiting for a file' }[view] ?? ''
}

/** What the page shows while nothing newer can be had is said to be of before. */
export function renderTrouble(root, data, { trouble }) {
  root.hidden = !trouble || !data
  root.textContent = root.hidden ? '' : `${trouble} This is the result of ${date(data.generated_at)}; the page keeps trying and changes by itself.`
}

export function toast(root, text) {
  root.textContent = text
  root.classList.add('is-shown')
  clearTimeout(timer)
  timer = setTimeout(() => root.classList.remove('is-shown'), TOAST_MS)
}

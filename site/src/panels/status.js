const TOAST_MS = 6000

let timer = null

/** Quiet words about the connection, beside the product's name. */
export function renderConnection(root, { view, offline }) {
  root.dataset.offline = String(offline)
  root.textContent = offline ? 'Reconnecting…' : { data: 'Live', empty: 'Waiting for a file' }[view] ?? ''
}

export function toast(root, text) {
  root.textContent = text
  root.classList.add('is-shown')
  clearTimeout(timer)
  timer = setTimeout(() => root.classList.remove('is-shown'), TOAST_MS)
}

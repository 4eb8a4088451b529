import { element } from '../dom.js'

/** Says why the newest upload changed nothing, if it did not. */
export function render(root, data, { receipt }) {
  const refused = isRefused(receipt, data)
  root.hidden = !refused
  root.replaceChildren(...(refused ? notice(receipt, data) : []))
}

/** A refusal matters until a newer upload has succeeded. */
export function isRefused(receipt, data) {
  if (receipt?.outcome !== 'refused') return false
  return !data || new Date(receipt.source.requested_at) > new Date(data.source.requested_at)
}

function notice({ source, reason, remedy }, data) {
  const why = [reason, remedy].filter(Boolean).join(' ')
  return [
    element('h2', {}, 'The newest upload, ', element('q', {}, source.name), `, was not used${why ? ':' : '.'}`),
    element('p', {}, [why, data && 'The page shows the last good result.'].filter(Boolean).join(' ')),
  ]
}

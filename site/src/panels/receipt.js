import { element } from '../dom.js'
import { date } from '../format.js'

export const OUTCOMES = { refused: 'was not used', failed: 'could not be processed yet', running: 'is being processed' }

/** Says why the newest upload changed nothing, if it did not. */
export function render(root, data, { receipt }) {
  const refused = isRefused(receipt, data)
  root.hidden = !refused
  root.replaceChildren(...(refused ? notice(receipt, data) : []))
}

/** That a file was refused, or could not be processed, matters until a newer upload has succeeded. */
export function isRefused(receipt, data) {
  if (!Object.hasOwn(OUTCOMES, receipt?.outcome)) return false
  return !data || new Date(receipt.source.requested_at) > new Date(data.source.requested_at)
}

function notice({ source, outcome, reason, remedy, running }, data) {
  const why = [progress(running), reason, remedy].filter(Boolean).join(' ')
  return [
    element('h2', {}, 'The newest upload, ', element('q', {}, source.name), `, ${OUTCOMES[outcome]}${why ? ':' : '.'}`),
    element('p', {}, [why, data && 'The page shows the last good result.'].filter(Boolean).join(' ')),
  ]
}

/** How large it is, and since when it is being worked on. */
const progress = (running) =>
  running && `It is large, ${megabytes(running.bytes)}, so several machines have been at work on it since ${date(running.since)}.`

const megabytes = (bytes) => `${Math.max(1, Math.round(bytes / 1e6)).toLocaleString('en')} MB`

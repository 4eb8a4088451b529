import { theme as themeOf } from './charts/palette.js'
import { watch } from './data.js'
import * as cards from './panels/cards.js'
import * as elbow from './panels/elbow.js'
import * as empty from './panels/empty.js'
import * as error from './panels/error.js'
import * as footer from './panels/footer.js'
import * as headline from './panels/headline.js'
import * as intake from './panels/intake.js'
import * as landscapes from './panels/landscapes.js'
import * as receipt from './panels/receipt.js'
import * as scatter from './panels/scatter.js'
import * as status from './panels/status.js'
import * as toggle from './panels/toggle.js'

const AGE_REFRESH_MS = 15000

const $ = (id) => document.getElementById(id)
const dark = matchMedia('(prefers-color-scheme: dark)')
const still = matchMedia('(prefers-reduced-motion: reduce)')

let snapshot = null
let mode = modeFromHash() ?? 'bivariate'

function modeFromHash() {
  return toggle.MODES.find((one) => location.hash === `#${one}`)
}

function choose(chosen) {
  mode = chosen
  history.replaceState(null, '', `#${mode}`)
  if (snapshot?.data) attempt(() => renderMode(snapshot.data))
}

function state() {
  return { mode, choose, receipt: snapshot.receipt, theme: { ...themeOf(dark.matches ? 'dark' : 'light'), animate: !still.matches } }
}

function show(view) {
  for (const section of document.querySelectorAll('[data-when]')) section.hidden = section.dataset.when !== view
  status.renderConnection($('connection'), { view, offline: snapshot.offline })
}

function render() {
  const { data, error: problem } = snapshot
  receipt.render($('receipt-notice'), data, state())
  if (problem) return fail(problem)
  if (!data) {
    empty.render($('empty-state'))
    return show('empty')
  }
  show('data')
  attempt(() => renderData(data))
}

function attempt(draw) {
  try {
    draw()
  } catch (cause) {
    console.error(cause)
    fail('data.json does not have the form this page knows.')
  }
}

function fail(message) {
  error.render($('error-state'), message)
  show('error')
}

function renderData(data) {
  headline.render($('headline'), data)
  landscapes.render($('landscapes'), data, state())
  intake.render($('intake'), data)
  footer.render($('footer'), data)
  renderMode(data)
}

function renderMode(data) {
  toggle.render($('mode-toggle'), data, state())
  elbow.render($('elbow-panel'), data, state())
  scatter.render($('scatter-panel'), data, state())
  cards.render($('segments'), data, state())
}

/** A reader far down the page learns of what changed at its top. */
function announce(before, { data, receipt: newest }) {
  if (!before) return
  const isNew = data && (data.run_id !== before.data?.run_id || data.generated_at !== before.data?.generated_at)
  if (isNew) return status.toast($('toast'), `Updated with ${data.source.name}`)
  const { run_id, outcome } = before.receipt ?? {}
  const isRefusal = (newest?.run_id !== run_id || newest?.outcome !== outcome) && receipt.isRefused(newest, data)
  if (isRefusal) status.toast($('toast'), `${newest.source.name} ${receipt.OUTCOMES[newest.outcome]}; the reason is at the top`)
}

watch((newest) => {
  const before = snapshot
  snapshot = newest
  render()
  announce(before, newest)
})

for (const media of [dark, still]) media.addEventListener('change', () => snapshot && render())
document.fonts.ready.then(() => snapshot && render())
setInterval(() => headline.refreshAge($('headline')), AGE_REFRESH_MS)
addEventListener('hashchange', () => modeFromHash() && choose(modeFromHash()))

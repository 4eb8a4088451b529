import { drawAll } from './charts/draw.js'
import { watch } from './data.js'
import { claim } from './derive/headline.js'
import { chosen, latest, listed, older } from './fetched.js'
import { flush, isInView, later, now } from './later.js'
import { PANELS } from './panels/all.js'
import * as empty from './panels/empty.js'
import * as error from './panels/error.js'
import { paint } from './panels/focus.js'
import * as headline from './panels/headline.js'
import * as receipt from './panels/receipt.js'
import * as status from './panels/status.js'
import * as toggle from './panels/toggle.js'
import * as whatif from './panels/whatif.js'
import { format, inMode, parse } from './state.js'
import * as theme from './theme.js'

const TITLE = 'Customer Intelligence Suite'
const AGE_REFRESH_MS = 15_000
const SLOW_MS = 6000
const ADDRESS_MS = 200
// So long a change may take before it is first painted; the rest follows.
const AT_ONCE_MS = 4

const $ = (id) => document.getElementById(id)

let snapshot = null
let state = parse(location)
// What is fetched beside data.json, and what is said where it could not be had.
let fetched = {
  shown: null, missing: null, other: null, otherNote: null, runs: null, runsNote: null, older: null, olderNote: null, isAll: false,
}
const [askChosen, askListed, askOlder] = [chosen, listed, older].map(latest)
let isPrinted = false
let isReadable = true
let addressTimer = null

/** The result on the page: the newest, or an earlier run. */
const current = () => fetched.shown ?? snapshot?.data ?? null

/** Takes what changes, or a function of the state that gives it: a panel may not have been painted since the last change. */
function set(changed, { isStep = false } = {}) {
  const before = state
  const change = typeof changed === 'function' ? changed(state) : changed
  state = { ...state, ...change }
  remember(isStep, 'whatIf' in change)
  if (change.run !== undefined || change.against !== undefined) return showChosen()
  renderChanged(Object.keys(change).filter((key) => state[key] !== before[key]))
}

/** A step can be undone by the browser's own Back; all else only changes the address, and not at every move of a slider. */
function remember(isStep, isSliding) {
  clearTimeout(addressTimer)
  if (isStep) history.pushState(null, '', address())
  else if (isSliding) addressTimer = setTimeout(() => history.replaceState(null, '', address()), ADDRESS_MS)
  else history.replaceState(null, '', address())
}

function address() {
  const hash = toggle.MODES.includes(location.hash.slice(1)) ? '' : location.hash
  return `${location.pathname}${format(state)}${hash}`
}

/** All that a panel may ask for. */
function view() {
  const data = current()
  const known = data.modes[state.mode].segments.map(({ id }) => id)
  return {
    ...state,
    ...fetched,
    focus: known.includes(state.focus) ? state.focus : null,
    hidden: state.hidden.filter((id) => known.includes(id)),
    customer: state.whatIf ? whatif.customerAt(data, state.whatIf) : null,
    newest: snapshot.data,
    receipt: snapshot.receipt,
    theme: theme.current({ print: isPrinted }),
    set,
    choose: (mode) => set(inMode(mode)),
    focusOn,
    compare,
    showAll,
  }
}

const focusOn = (id) => set({ focus: id === state.focus ? null : id })

/** A card's own segment against the one in focus, or the largest other. */
function compare(id) {
  const others = [...current().modes[state.mode].segments].sort((a, b) => b.size - a.size).map((segment) => segment.id)
  const other = [state.focus, ...others].find((one) => one !== null && one !== id && others.includes(one))
  set({ pair: [id, other] })
  $('segment-compare-panel').scrollIntoView({ block: 'center', behavior: theme.current().animate ? 'smooth' : 'auto' })
  $('segment-compare-panel').querySelector('select').focus({ preventScroll: true })
}

function show(name) {
  for (const section of document.querySelectorAll('[data-when]')) section.hidden = section.dataset.when !== name
  status.renderConnection($('connection'), { view: name, trouble: snapshot.trouble })
  status.renderTrouble($('offline-notice'), current(), snapshot)
}

function renderAll() {
  const data = current()
  isReadable = true
  receipt.render($('receipt-notice'), snapshot.data, { receipt: snapshot.receipt })
  if (snapshot.error) return fail(snapshot.error)
  if (!data) {
    empty.render($('empty-state'))
    return show('empty')
  }
  show('data')
  renderChanged(null)
  attempt(() => { document.title = `${claim(data, state.mode)} – ${TITLE}` })
}

/** Renders the panels that show what has changed; all of them where everything has. */
function renderChanged(keys) {
  if (!current() || snapshot.error || !isReadable) return
  const touched = PANELS.filter(([, , shows]) => !keys || shows.some((key) => keys.includes(key))).map(([id, render]) => [$(id), render])
  // All places are looked up before anything changes, or the browser would lay out the page again for each.
  const seen = new Set(touched.map(([node]) => node).filter(isInView))
  const end = performance.now() + AT_ONCE_MS
  for (const [node, render] of touched) {
    const when = seen.has(node) && performance.now() < end ? now : later
    when(node, () => attempt(() => renderPanel(node, render)))
  }
  // A slider moves no segment.
  if (!keys || keys.some((key) => key !== 'whatIf')) attempt(() => paint(document, view()))
}

function renderPanel(node, render) {
  const shown = view()
  render(node, current(), shown)
  paint(node, shown)
}

function attempt(draw) {
  if (!isReadable || !current()) return
  try {
    draw()
  } catch (cause) {
    console.error(cause)
    isReadable = false
    fail('data.json does not have the form this page knows.')
  }
}

function fail(message) {
  error.render($('error-state'), message)
  show('error')
}

/** Whether there is something to take: an answer that came too late is none. */
function take(answer) {
  if (answer) fetched = { ...fetched, ...answer }
  return Boolean(answer)
}

async function showChosen() {
  if (take(await askChosen(state, snapshot.data?.run_id, [fetched.shown, fetched.other]))) renderAll()
}

async function showRuns() {
  if (take(await askListed(fetched))) renderChanged(['runs'])
}

async function showAll() {
  if (fetched.runs.older) {
    take({ olderNote: 'Loading the older ones…' })
    renderChanged(['runs'])
    if (!take(await askOlder())) return
  }
  take({ isAll: true })
  renderChanged(['runs'])
}

/** A reader far down the page learns of what changed at its top. */
function announce(before, { data, receipt: newest }) {
  if (!before) return
  const isNew = data && (data.run_id !== before.data?.run_id || data.generated_at !== before.data?.generated_at)
  if (isNew) return status.toast($('toast'), `Updated with ${data.source.name}`)
  const { run_id, outcome } = before.receipt ?? {}
  const isRefusal = (newest?.run_id !== run_id || newest?.outcome !== outcome) && receipt.isRefused(newest, data)
  if (isRefusal) status.toast($('toast'), `${newest.source.name} ${receipt.OUTCOMES[newest.outcome]}; the top of the page says more`)
}

watch(async (newest) => {
  const before = snapshot
  snapshot = newest
  // Who asked for an earlier run is not shown the newest first.
  if (newest.data && (state.run || state.against)) await showChosen()
  else renderAll()
  announce(before, newest)
  if (newest.data && !fetched.runs?.runs.some(({ run_id: id }) => id === newest.data.run_id)) await showRuns()
})

document.addEventListener('click', ({ target }) => {
  const { focus, hide } = target.closest('[data-focus], [data-hide]')?.dataset ?? {}
  if (focus) return focusOn(Number(focus))
  if (hide) return set({ hidden: toggled(state.hidden, Number(hide)) })
  // A card as a whole, but not while its text is being marked.
  const card = target.closest('button') ? null : target.closest('[data-segment-id]')
  if (card && getSelection().isCollapsed) focusOn(Number(card.dataset.segmentId))
})

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && state.focus !== null) set({ focus: null })
})

const toggled = (ids, id) => (ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id])

addEventListener('popstate', () => {
  state = parse(location)
  if (snapshot) showChosen()
})

for (const [type, print] of [['beforeprint', true], ['afterprint', false]]) {
  addEventListener(type, () => {
    isPrinted = print
    renderChanged(null)
    flush()
    drawAll()
  })
}

theme.connect($('theme-switch'), () => renderChanged(null))
document.fonts.ready.then(() => renderChanged(null))
setInterval(() => headline.refreshAge($('headline')), AGE_REFRESH_MS)
setTimeout(() => { $('slow').hidden = false }, SLOW_MS)

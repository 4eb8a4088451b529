import { compareRuns, listOf, MOST_RUNS } from '../derive/runs.js'
import { element, withProperties } from '../dom.js'
import { count, date, plural, pointsApart, score, share, short } from '../format.js'
import { label, painted } from './swatch.js'
import { attachTools } from './tools.js'

/** The runs with a picker: one to look at, one to compare it with. */
export function render(root, data, state) {
  const { runs, set, against, theme } = state
  const { listed, total } = runs ? listOf(state) : { listed: [], total: 0 }
  const notes = [counted(listed.length, total), state.olderNote, state.runsNote, state.otherNote].filter(Boolean).join(' · ')
  root.hidden = !runs && !notes
  root.querySelector('.table-frame').hidden = !runs
  put(root.querySelector('[data-slot="notes"]'), notes)
  if (!runs) return
  const newest = state.newest.run_id
  const most = Math.max(...listed.map(({ customers }) => customers))
  const body = root.querySelector('tbody')
  const held = document.activeElement
  const before = body.rows.length
  body.replaceChildren(...listed.map((run) => row(run, { data, newest, against, most })))
  const more = root.querySelector('[data-slot="more"]')
  more.hidden = listed.length === total
  more.textContent = `Show all ${plural(total, 'run')}`
  more.onclick = state.showAll
  keepFocus(root, held, before)
  body.onclick = ({ target }) => {
    const { look, compare } = target.closest('button')?.dataset ?? {}
    if (look) set({ run: look === newest ? null : look, against: against === look ? null : against }, { isStep: true })
    if (compare) set({ against: compare === against ? null : compare })
  }
  attachTools(root, {
    name: 'History', source: data.source.name, theme, isTable: true,
    table: () => ({
      head: ['Run', 'File', 'Uploaded', 'Customers', 'Segments'],
      rows: listed.map(({ run_id, source, customers, k }) => [run_id, source.name, source.uploaded_at, customers, k]),
    }),
  })
}

function counted(listed, total) {
  if (listed < total) return `${count(listed)} of ${plural(total, 'run')}`
  return total > MOST_RUNS ? `All ${plural(total, 'run')}` : null
}

/** What stays as it is is not announced again. */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** All rows are new nodes: whoever was on a button of one stays on it, and whoever asked for more goes on with the first that is more. */
function keepFocus(root, held, before) {
  if (!held || (held.isConnected && !held.hidden)) return
  const { look, compare } = held.dataset
  const next = look ? `[data-look="${look}"]` : compare ? `[data-compare="${compare}"]` : `tbody tr:nth-child(n + ${before + 1}) button`
  ;(root.querySelector(next) ?? root.querySelector('.table-frame')).focus({ preventScroll: true })
}

function row({ run_id: id, source, customers, k, own_settings: own, settings }, { data, newest, against, most }) {
  const isShown = id === data.run_id
  const what = [`${plural(k, 'segment')}`, own ?? Object.keys(settings).length ? 'own settings' : null].filter(Boolean).join(' · ')
  const name = short(source.name, 80)
  return element('tr', { ...(isShown && { 'aria-current': 'true' }) },
    element('th', { scope: 'row' }, element('span', { class: 'run-name' }, name), element('time', { datetime: source.uploaded_at }, date(source.uploaded_at), id === newest ? ' · newest' : null)),
    element('td', { class: 'measured' }, element('span', {}, plural(customers, 'customer')), withProperties(element('i', { class: 'meter', 'aria-hidden': 'true' }), { '--share': customers / most })),
    element('td', { class: 'quiet' }, what),
    element('td', { class: 'run-actions' },
      isShown ? element('span', { class: 'badge badge-on' }, 'shown') : element('button', { type: 'button', class: 'text-button', 'data-look': id, 'aria-label': `Look at ${name}` }, 'Look at'),
      isShown ? null : element('button', { type: 'button', class: 'text-button', 'data-compare': id, 'aria-pressed': String(id === against), 'aria-label': `Compare with ${name}` }, 'Compare')))
}

/** The run that is shown against another one. */
export function renderAgainst(root, data, { other, mode, set, theme }) {
  root.hidden = !other
  if (!other) return
  const { comparable, rows } = compareRuns(data, other, mode)
  const title = root.querySelector('[data-slot="title"]')
  title.textContent = `${short(data.source.name, 80)} against ${short(other.source.name, 80)}`
  root.querySelector('[data-slot="text"]').textContent = comparable
    ? `${plural(data.customers, 'customer')} against ${count(other.customers)}; silhouette ${silhouette(data, mode)} against ${silhouette(other, mode)}. The same number is the same segment.`
    : 'The two runs compare other features, so their segments have nothing to do with each other.'
  root.querySelector('table').hidden = !comparable
  root.querySelector('tbody').replaceChildren(...(comparable ? rows.map((pair) => against(pair, theme)) : []))
  root.querySelector('[data-slot="end"]').onclick = () => set({ against: null })
  attachTools(root, {
    name: 'Two runs compared', source: data.source.name, theme, isTable: true,
    table: () => ({
      head: ['Segment', 'Name there', 'Customers here', 'Customers there', 'Share here', 'Share there'],
      rows: rows.map(({ now, then }) => [(now ?? then).name, then?.name ?? null, now?.size ?? null, then?.size ?? null, now?.share ?? null, then?.share ?? null]),
    }),
  })
}

function against({ now, then }, theme) {
  const segment = now ?? then
  const renamed = now && then && now.name !== then.name ? element('span', { class: 'quiet' }, ` there ${short(then.name, 60)}`) : null
  const part = (one) => (one ? `${share(one.share)} · ${count(one.size)}` : '–')
  return painted(element('tr', { 'data-segment': segment.id },
    element('th', { scope: 'row' }, label(segment, theme), renamed),
    element('td', { class: 'numeric' }, part(now)),
    element('td', { class: 'numeric' }, part(then)),
    element('td', { class: 'numeric quiet' }, now && then ? pointsApart(now.share, then.share) : now ? 'only here' : 'only there')), segment, theme)
}

function silhouette({ modes, k }, mode) {
  const found = modes[mode].trust?.silhouette ?? modes[mode].sweep.find((step) => step.k === k.value)?.silhouette
  return typeof found === 'number' ? score(found) : 'unknown'
}

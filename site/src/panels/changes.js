import { element, svg, withProperties } from '../dom.js'
import { layout } from '../derive/flow.js'
import { look } from '../charts/palette.js'
import { count, date, plural, pointsApart, share, short } from '../format.js'
import { matrix } from './crosstable.js'
import { segmentName } from './features.js'
import { label, painted } from './swatch.js'
import { attachTools } from './tools.js'

const KINDS = { new: 'New', gone: 'Gone', split: 'Split', merged: 'Merged' }

/** What is different from the run before: events, sizes, and who moved where. */
export function render(root, data, state) {
  const { changes } = data
  const intro = root.querySelector('[data-slot="since"]')
  const [sizes, flow] = [root.querySelector('#sizes-panel'), root.querySelector('#flow-panel')]
  if (!changes) {
    intro.textContent = changes === null ? 'This is the first run: from the next upload on, this part says what has changed.' : 'This result comes from an earlier release, which compared no runs.'
    sizes.hidden = flow.hidden = true
    return
  }
  const { previous } = changes
  const found = changes.modes[state.mode]
  intro.textContent = `Since ${short(previous.source.name)}, uploaded ${date(previous.source.uploaded_at)}: ${plural(previous.customers, 'customer')} then, ${count(data.customers)} now.`
  renderSizes(sizes, data, found, previous, state)
  renderFlow(flow, data, found, state)
}

function renderSizes(root, data, { text, events, segments, gone }, previous, { mode, theme }) {
  root.hidden = false
  root.querySelector('[data-slot="text"]').textContent = text
  root.querySelector('[data-slot="events"]').replaceChildren(...events.map(({ kind, text: what }) =>
    element('li', { 'data-kind': kind }, element('b', {}, KINDS[kind]), ` ${what}`)))
  const now = new Map(data.modes[mode].segments.map((segment) => [segment.id, segment]))
  const most = Math.max(...[...now.values(), ...gone].map(({ share: part }) => part), ...segments.map(({ before }) => before?.share ?? 0)) || 1
  root.querySelector('table').hidden = !segments.length
  root.querySelector('tbody').replaceChildren(
    ...segments.map(({ id, before, moved }) => sizeRow(now.get(id), before, moved, most, theme)),
    ...gone.map((segment) => goneRow(segment, most)))
  attachTools(root, {
    name: 'Sizes then and now', source: data.source.name, theme, isTable: true,
    table: () => ({
      head: ['Segment', 'Customers then', 'Customers now', 'Share then', 'Share now', 'Centroid moved (standard deviations)'],
      rows: [
        ...segments.map(({ id, before, moved }) => [now.get(id).name, before?.size ?? null, now.get(id).size, before?.share ?? null, now.get(id).share, moved]),
        ...gone.map(({ name, size, share: part }) => [name, size, null, part, null, null]),
      ],
    }),
  })
}

function sizeRow(segment, before, moved, most, theme) {
  const apart = before ? pointsApart(segment.share, before.share) : 'new'
  return painted(element('tr', { 'data-segment': segment.id },
    element('th', { scope: 'row' }, label(segment, theme)),
    element('td', { class: 'dumbbell-cell' }, dumbbell(before?.share ?? null, segment.share, most)),
    element('td', { class: 'numeric' }, `${before ? share(before.share) : '–'}\u00a0→\u00a0`, element('b', {}, share(segment.share))),
    element('td', { class: 'numeric quiet' }, apart, moved === null ? '' : element('span', { class: 'unseen' }, `; the centroid moved by ${moved} standard deviations`))), segment, theme)
}

const goneRow = (segment, most) => element('tr', { class: 'is-gone' },
  element('th', { scope: 'row' }, segmentName(segment)),
  element('td', { class: 'dumbbell-cell' }, dumbbell(segment.share, null, most)),
  element('td', { class: 'numeric' }, share(segment.share), ' → –'),
  element('td', { class: 'numeric quiet' }, 'gone'))

function dumbbell(then, now, most) {
  const at = (value) => (value ?? 0) / most
  const [from, to] = [then ?? now, now ?? then].map(at)
  return withProperties(element('div', { class: 'dumbbell', 'aria-hidden': 'true' },
    then !== null && now !== null && element('i', { class: 'dumbbell-line' }),
    then !== null && withProperties(element('i', { class: 'dumbbell-then' }), { '--at': at(then) }),
    now !== null && withProperties(element('i', { class: 'dumbbell-now' }), { '--at': at(now) })),
  { '--from': Math.min(from, to), '--to': Math.max(from, to) })
}

function renderFlow(root, data, { flow, gone }, { mode, theme }) {
  root.hidden = !flow
  if (!flow) return
  const now = data.modes[mode].segments
  const known = (id) => now.find((segment) => segment.id === id) ?? gone.find((segment) => segment.id === id) ?? { id, name: `Segment ${id}` }
  const [rows, columns] = [flow.before.map(known), flow.now.map(known)]
  root.querySelector('[data-slot="text"]').textContent = flow.text
  root.querySelector('[data-slot="border"]').textContent =
    `${orFew(flow.joined)} joined; ${orFew(flow.left)} left.`
  const frame = root.querySelector('[data-slot="flow"]')
  frame.replaceChildren(diagram(layout(flow), known, theme, flow.text, frame.clientWidth || WIDTH))
  root.querySelector('[data-slot="matrix"]').replaceChildren(matrix({
    rows, columns, counts: flow.counts, theme, corner: 'Then ↓ · now →', name: 'Customers by segment then and now',
  }))
  attachTools(root, {
    name: 'Who moved where', source: data.source.name, theme, isTable: true, chart: () => root.querySelector('svg.flow'),
    table: () => ({ head: ['Then / now', ...columns.map(({ name }) => name)], rows: rows.map(({ name }, index) => [name, ...flow.counts[index]]) }),
  })
}

const WIDTH = 640
const BAR = 10
const MOST_SIDE = 170

/** An alluvial diagram: it has its colours in itself, so that a picture of it has them too. */
function diagram({ height, left, right, ribbons }, known, theme, text, width) {
  const colour = (id) => look(known(id), theme).colour
  const side = Math.min(MOST_SIDE, width * 0.31)
  const letters = Math.floor(side / 7)
  const [x0, x1] = [side, width - side]
  const middle = (x0 + x1) / 2
  return svg('svg', { class: 'flow', viewBox: `0 -26 ${width} ${height + 30}`, role: 'img', 'aria-label': `Flow between segments. ${text}` },
    title('Then', x0, 'end', theme), title('Now', x1, 'start', theme),
    ...ribbons.map(({ before, now, count: customers, thick, from, to }) => svg('path', {
      class: 'ribbon',
      'data-segment': `${before} ${now}`,
      d: `M${x0},${from}C${middle},${from} ${middle},${to} ${x1},${to}V${to + thick}C${middle},${to + thick} ${middle},${from + thick} ${x0},${from + thick}Z`,
      fill: colour(before),
      'fill-opacity': before === now ? 0.32 : 0.62,
    }, svg('title', {}, `${plural(customers, 'customer')} from ${segmentName(known(before))} to ${segmentName(known(now))}`))),
    ...left.flatMap((bar) => end(bar, x0 - BAR, x0 - BAR - 8, 'end', { known, colour, theme, letters })),
    ...right.flatMap((bar) => end(bar, x1, x1 + BAR + 8, 'start', { known, colour, theme, letters })))
}

const orFew = (customers) => (customers === null ? 'few' : count(customers))

const font = "'Hanken Grotesk Variable', system-ui, sans-serif"

function end({ id, count: customers, y, height }, x, textX, anchor, { known, colour, theme, letters }) {
  const middle = y + height / 2
  return [
    svg('rect', { x, y, width: BAR, height, rx: 3, fill: colour(id), 'data-segment': id }),
    svg('text', { x: textX, y: middle - 2, 'text-anchor': anchor, fill: theme.ink, 'font-size': 12.5, 'font-weight': 600, 'font-family': font }, short(segmentName(known(id)), letters)),
    svg('text', { x: textX, y: middle + 13, 'text-anchor': anchor, fill: theme.quiet, 'font-size': 12, 'font-family': font }, count(customers)),
  ]
}

const title = (text, x, anchor, theme) => svg('text', { x, y: -12, 'text-anchor': anchor, fill: theme.quiet, 'font-size': 12, 'font-weight': 600, 'font-family': font }, text)

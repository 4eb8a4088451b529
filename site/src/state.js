const MODES = ['bivariate', 'multivariate']
// As links that are out there have it.
const WHAT_IF = 'what.'

/** What a reader has chosen, before choosing anything. */
export const UNTOUCHED = {
  mode: 'bivariate', x: null, y: null, focus: null, hidden: [], pair: null, whatIf: null, run: null, against: null,
}

/** The state that an address describes; what it says wrongly is left as it was before. */
export function parse({ search = '', hash = '' } = {}) {
  const query = new URLSearchParams(search)
  // Earlier releases had the mode, and nothing else, behind the #.
  const mode = [query.get('mode'), hash.slice(1)].find((one) => MODES.includes(one))
  const whatIf = [...query].filter(([key]) => key.startsWith(WHAT_IF)).map(([key, value]) => [key.slice(WHAT_IF.length), value])
  return {
    mode: mode ?? UNTOUCHED.mode,
    x: query.get('x'),
    y: query.get('y'),
    focus: ids(query.get('focus'))[0] ?? null,
    hidden: ids(query.get('hide')),
    pair: ids(query.get('pair')).length === 2 ? ids(query.get('pair')) : null,
    whatIf: whatIf.length ? Object.fromEntries(whatIf) : null,
    run: runId(query.get('run')),
    against: runId(query.get('against')),
  }
}

/** The query that describes a state: only what differs from the untouched page. */
export function format(state) {
  const query = new URLSearchParams()
  if (state.mode !== UNTOUCHED.mode) query.set('mode', state.mode)
  for (const key of ['x', 'y', 'focus', 'run', 'against']) if (state[key] !== null) query.set(key, state[key])
  if (state.hidden.length) query.set('hide', state.hidden.join(','))
  if (state.pair) query.set('pair', state.pair.join(','))
  for (const [id, value] of Object.entries(state.whatIf ?? {})) query.set(`${WHAT_IF}${id}`, value)
  const text = query.toString().replaceAll('%2C', ',')
  return text ? `?${text}` : ''
}

/** Segments belong to a mode: what was chosen of them ends with it. */
export const inMode = (mode) => ({ mode, focus: null, hidden: [], pair: null })

const ids = (text) => (text ?? '').split(',').filter((part) => /^\d+$/.test(part)).map(Number)

// It becomes part of an address.
const runId = (text) => (/^[0-9a-f]{16}$/.test(text ?? '') ? text : null)

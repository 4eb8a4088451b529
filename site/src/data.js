// What earlier releases of the engine wrote is still shown.
const VERSIONS = { 'data.json': [2, 3], 'receipt.json': [2], 'runs.json': [1], 'older_runs.json': [1] }
const POLL_MS = 4000
const TIMEOUT_MS = 20000
// Marks in a file's texts that would make the page's own run the other way.
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The document could not be fetched now; the next try may succeed. */
export class Unreachable extends Error {}

/** The document was fetched, and is not one this page can show. */
export class Unreadable extends Error {}

/** The document at `url`, or null where there is none yet. */
export async function load(url, fetch = globalThis.fetch) {
  const { status, text } = await get(url, fetch)
  // S3 answers 403 for a missing object when the bucket may not be listed.
  if (status === 403 || status === 404) return null
  if (status !== 200) throw new Unreachable(`The server answered with HTTP ${status}.`)
  // Networks that want a sign-in first answer with a page of their own.
  if (/^\s*</.test(text)) throw new Unreachable('A web page came back instead of the data; this network may want you to sign in first.')
  return parse(url, text)
}

/**
 * Follows data.json and receipt.json, and calls `onChange` with a snapshot
 * { data, receipt, error, trouble } whenever it differs from the last one; in
 * trouble, the data are those of before.
 * Returns a function that stops it.
 */
export function watch(onChange, { fetch = globalThis.fetch, page = document, interval = POLL_MS } = {}) {
  let snapshot = { data: null, receipt: null, error: null, trouble: null }
  let shown = null
  let timer = null
  let busy = false
  let stopped = false

  async function poll() {
    if (busy || stopped || page.visibilityState === 'hidden') return
    busy = true
    clearTimeout(timer)
    snapshot = await next(snapshot, fetch)
    busy = false
    if (stopped) return
    timer = setTimeout(poll, interval)
    if (identity(snapshot) === shown) return
    shown = identity(snapshot)
    onChange(snapshot)
  }

  page.addEventListener('visibilitychange', poll)
  poll()

  return () => {
    stopped = true
    clearTimeout(timer)
    page.removeEventListener('visibilitychange', poll)
  }
}

async function get(url, fetch) {
  try {
    const response = await fetch(url, { cache: 'no-cache', signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { status: response.status, text: await response.text() }
  } catch ({ name }) {
    throw new Unreachable(name === 'TimeoutError' ? `No answer within ${TIMEOUT_MS / 1000} seconds.` : 'No connection.')
  }
}

function parse(url, text) {
  let document
  try {
    document = JSON.parse(text.replace(TURNS, ''))
  } catch {
    throw new Unreadable(`${url} is not valid JSON.`)
  }
  if (!VERSIONS[url.split('/').at(-1)].includes(document?.schema_version)) {
    throw new Unreadable(`${url} has a schema version this page does not know. Reload the page; if that does not help, publish the site and upload the file again.`)
  }
  return document
}

async function next(last, fetch) {
  const [data, receipt] = await Promise.allSettled([load('data.json', fetch), load('receipt.json', fetch)])
  const newest = {
    data: data.value ?? null,
    // The receipt only adds a notice, so a failure to read it keeps the last one.
    receipt: receipt.status === 'fulfilled' ? receipt.value : last.receipt,
    error: null,
    trouble: null,
  }
  if (data.status === 'fulfilled') return newest
  if (data.reason instanceof Unreachable && last.data) return { ...newest, data: last.data, trouble: data.reason.message }
  return { ...newest, error: data.reason.message }
}

/** Two snapshots with the same identity show the same page. */
function identity({ data, receipt, error, trouble }) {
  return JSON.stringify([
    data?.run_id, data?.generated_at, receipt?.run_id, receipt?.generated_at, receipt?.outcome, error, trouble,
  ])
}

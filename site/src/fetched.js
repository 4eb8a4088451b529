import { load } from './data.js'

/** Of several questions only the last is answered: an answer to one before it comes too late, and is null. */
export function latest(ask) {
  let last = 0
  return async (...question) => {
    last += 1
    const mine = last
    const answer = await ask(...question)
    return mine === last ? answer : null
  }
}

/**
 * The earlier run that is looked at and the one to compare with, or why there is none. A run never changes: those that
 * are `known` are not fetched again.
 */
export async function chosen({ run, against }, newest, known) {
  const had = (id) => {
    const document = known.find((one) => one?.run_id === id)
    return document ? { document } : tried(`runs/${id}/data.json`)
  }
  const [shown, other] = await Promise.all([run === newest ? null : run, against].map((id) => (id ? had(id) : {})))
  return {
    shown: shown.document ?? null,
    missing: shown.problem ? `The run in this address ${shown.problem} This is the newest.` : null,
    other: other.document ?? null,
    otherNote: other.problem ? `The run to compare with ${other.problem}` : null,
  }
}

/** The list of runs, with the older ones where all are wanted; what cannot be had now stays as it was. */
export async function listed({ isAll }) {
  const { document, problem } = await tried('runs.json')
  if (document) return { runs: document, runsNote: null, ...(isAll && document.older && await older()) }
  // Earlier releases had no list.
  return { runsNote: problem === NOT_FOUND ? null : `The list of runs ${problem} Reload the page to try again.` }
}

/** The runs that are too old for `runs.json`. */
export async function older() {
  const { document, problem } = await tried('older_runs.json')
  return document ? { older: document.runs, olderNote: null } : { olderNote: `The list of older runs ${problem}` }
}

const NOT_FOUND = 'was not found.'

const tried = (url) => load(url).then(
  (document) => (document ? { document } : { problem: NOT_FOUND }),
  ({ message }) => ({ problem: `could not be loaded. ${message}` }))

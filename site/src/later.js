const waiting = new Map()
let timer = null

/** What a reader cannot see now is brought up to date after the next paint, one at a time; until then it is busy. */
export function later(node, job) {
  node.setAttribute('aria-busy', 'true')
  waiting.set(node, job)
  timer ??= requestAnimationFrame(() => setTimeout(next))
}

/** At once: a newer job, or the printer, does not wait. */
export function now(node, job) {
  waiting.delete(node)
  node.removeAttribute('aria-busy')
  job()
}

export function flush() {
  for (const [node, job] of waiting) now(node, job)
}

export function isInView(node) {
  // What is hidden has no place of its own.
  const { top, bottom } = (node.hidden ? node.parentElement : node).getBoundingClientRect()
  return top <= innerHeight && bottom >= 0
}

function next() {
  timer = null
  const [first] = waiting
  if (!first) return
  now(...first)
  if (waiting.size) timer = setTimeout(next)
}

// Half a screen before it is seen, a chart is drawn.
const AHEAD = '50% 0px'

// After so long a calm, what nobody has come near yet is drawn too, for whoever takes a picture of the whole page.
const CALM_MS = 1500

const waiting = new Map()
const near = new Set()
let Chart = null
let timer = null
let calm = null

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) near[isIntersecting ? 'add' : 'delete'](target)
  schedule()
}, { rootMargin: AHEAD })

/**
 * Draws on the canvas what `make` returns, or changes what it shows; `summary`
 * says it to those who cannot see it. A chart is drawn when a reader comes near
 * it, one at a time, so that the page answers in between, and for the first time
 * when there is nothing else to do; until then it is busy.
 */
export function draw(canvas, make, summary) {
  canvas.setAttribute('aria-label', summary)
  canvas.setAttribute('aria-busy', 'true')
  waiting.set(canvas, make)
  observer.observe(canvas)
  schedule()
}

/** Draws at once whatever still waits, as for the printer. */
export function drawAll() {
  if (Chart) for (const canvas of [...waiting.keys()]) drawOne(canvas)
}

/** Lets go of a canvas that leaves the page. */
export function erase(canvas) {
  observer.unobserve(canvas)
  waiting.delete(canvas)
  near.delete(canvas)
  canvas.chart?.destroy()
}

function schedule() {
  // What else has changed is painted first: that is the answer to whoever clicked.
  timer ??= requestAnimationFrame(() => setTimeout(work))
}

async function work() {
  const isReady = !next() || await fetched()
  timer = null
  if (!isReady) return
  const canvas = next()
  if (!canvas) return wait()
  drawOne(canvas)
  schedule()
}

/** The library is large, and the first screen does without it; where it cannot be had now, the next chart asks again. */
async function fetched() {
  Chart ??= await import('./chart.js').then((found) => found.Chart, () => null)
  return Chart
}

function wait() {
  clearTimeout(calm)
  calm = setTimeout(() => idle(drawAnother), CALM_MS)
}

async function drawAnother() {
  if (timer || !undrawn()) return
  if (!await fetched()) return
  const canvas = undrawn()
  if (!canvas || timer) return
  drawOne(canvas)
  idle(drawAnother)
}

const undrawn = () => [...waiting.keys()].find((canvas) => !canvas.chart)
// Safari has no such thing.
const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50))

const next = () => [...waiting.keys()].find((canvas) => near.has(canvas))

function drawOne(canvas) {
  const config = waiting.get(canvas)()
  waiting.delete(canvas)
  if (canvas.chart) {
    canvas.chart.data = config.data
    canvas.chart.options = config.options
    canvas.chart.update()
  } else {
    canvas.chart = new Chart(canvas, config)
  }
  canvas.removeAttribute('aria-busy')
}

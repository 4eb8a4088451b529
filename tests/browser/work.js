// Writes down in `work`, in order, what the page does: what changes in one task, which charts are drawn, and when the
// first frame after a key begins.
{
  // Whether a segment is lit, or a part is waited for: no content changes with these.
  const STATES = ['data-lit', 'aria-pressed', 'aria-busy']
  const CHANGES_BY_THE_CLOCK = '[data-slot="age"], #slow'

  // What is rendered as one; the other acts hold several of these.
  const PARTS = 'main :is([id]:not(canvas, .act), #how-many, #changes), footer'

  const work = []
  let parts = []
  let taken = []
  let relayouts = 0
  Object.assign(window, { work })

  // Called at the end of each task.
  const observer = new MutationObserver(note)

  document.addEventListener('DOMContentLoaded', () => {
    parts = [...document.querySelectorAll(PARTS)]
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
  })

  addEventListener('keydown', () => {
    work.push({ is: 'key' })
    requestAnimationFrame(() => work.push({ is: 'frame' }))
  }, true)

  // Each drawing of a chart begins with this.
  const { clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    work.push({ is: 'chart', id: this.canvas.id })
    return clearRect.apply(this, area)
  }

  // Asked where something is after something else has changed, the browser has to lay out the page at once.
  const { getBoundingClientRect } = Element.prototype
  Element.prototype.getBoundingClientRect = function () {
    const records = observer.takeRecords()
    if (records.length) {
      relayouts += 1
      taken.push(...records)
      queueMicrotask(() => note([]))
    }
    return getBoundingClientRect.call(this)
  }

  function note(records) {
    const changes = [...taken, ...records].filter(({ target }) => !elementOf(target)?.closest(CHANGES_BY_THE_CLOCK))
    taken = []
    if (!changes.length) return
    const names = new Set(changes.filter((change) => !isState(change)).map(({ target }) => partOf(target)))
    work.push({ is: 'task', parts: [...names], nodes: changes.reduce((sum, change) => sum + nodesOf(change), 0), relayouts })
    relayouts = 0
  }

  const isState = ({ attributeName, target }) => STATES.includes(attributeName) || (attributeName !== null && target.localName === 'canvas')

  const elementOf = (node) => (node.closest ? node : node.parentElement)

  const partOf = (node) => parts.find((part) => part.contains(node))?.id ?? ''

  const nodesOf = ({ type, addedNodes, removedNodes }) =>
    type === 'childList' ? [...addedNodes, ...removedNodes].reduce((sum, node) => sum + 1 + (node.querySelectorAll?.('*').length ?? 0), 0) : 1
}

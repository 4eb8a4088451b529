/** Lights the segment in focus wherever it is on the page, and lets the others recede. */
export function paint(root, { focus, hidden }) {
  for (const node of root.querySelectorAll('[data-segment]')) {
    const ids = node.dataset.segment.split(' ').map(Number)
    put(node, 'data-lit', focus === null ? '' : ids.includes(focus) ? 'on' : 'off')
  }
  for (const button of root.querySelectorAll('[data-focus]')) put(button, 'aria-pressed', String(Number(button.dataset.focus) === focus))
  for (const button of root.querySelectorAll('[data-hide]')) put(button, 'aria-pressed', String(hidden.includes(Number(button.dataset.hide))))
}

/** What stays as it is has not to be styled anew. */
function put(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value)
}

/** Lights the segment in focus wherever it is on the page, and lets the others recede. */
export function paint(root, { focus, hidden }) {
  for (const node of root.querySelectorAll('[data-segment]')) {
    const ids = node.dataset.segment.split(' ').map(Number)
    node.dataset.lit = focus === null ? '' : ids.includes(focus) ? 'on' : 'off'
  }
  for (const button of root.querySelectorAll('[data-focus]')) {
    button.setAttribute('aria-pressed', String(Number(button.dataset.focus) === focus))
  }
  for (const button of root.querySelectorAll('[data-hide]')) {
    const isHidden = hidden.includes(Number(button.dataset.hide))
    button.setAttribute('aria-pressed', String(isHidden))
  }
}

import { element } from '../dom.js'

export function render(root, message) {
  root.replaceChildren(
    element('p', { class: 'eyebrow' }, 'Something is in the way'),
    element('h2', {}, 'The newest result cannot be shown'),
    element('p', {}, message),
    element('p', {}, 'The page keeps trying and recovers by itself.'))
}

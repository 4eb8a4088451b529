import { element } from '../dom.js'

const STEPS = [
  ['Export a CSV', 'One row per customer, with what you know of them in numbers: what they spend, when they last bought and how often, or income, age, a score. Column names in nine languages, any separator and any encoding are understood.'],
  ['Upload it to the input bucket', 'The bucket is private. This page shows counts, averages and dots for pairs of values, and no customer’s name or id.'],
  ['Stay here', 'This page changes by itself, seconds after the upload.'],
]

export function render(root) {
  root.replaceChildren(
    element('p', { class: 'eyebrow' }, 'No result yet'),
    element('h2', { id: 'empty-title' }, 'Drop in a customer file to see who your customers are.'),
    element('ol', { class: 'steps' }, ...STEPS.map(([title, text]) =>
      element('li', {}, element('h3', {}, title), element('p', {}, text)))))
}

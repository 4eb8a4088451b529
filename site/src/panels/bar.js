import { element } from '../dom.js'
import { chip } from './swatch.js'

/** The segments of the mode, always at hand while their part of the page is read. */
export function render(root, data, { mode, theme }) {
  root.replaceChildren(...data.modes[mode].segments.map((segment) => element('li', {}, chip(segment, theme))))
}

import { look } from '../charts/palette.js'
import { svg } from '../dom.js'

/** The marker a segment has in the scatter plot. */
export function swatch(id, theme) {
  const { colour, path, stroked } = look(id, theme)
  const paint = stroked ? { fill: 'none', stroke: colour, 'stroke-width': 3, 'stroke-linecap': 'round' } : { fill: colour }
  return svg('svg', { class: 'swatch', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path, ...paint }))
}

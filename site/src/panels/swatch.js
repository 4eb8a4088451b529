import { look } from '../charts/palette.js'
import { element, svg, withProperties } from '../dom.js'
import { segmentName } from './features.js'

/** The marker a segment has in the scatter plot. */
export function swatch(segment, theme) {
  const { colour, path, stroked } = look(segment, theme)
  const paint = stroked ? { fill: 'none', stroke: colour, 'stroke-width': 3, 'stroke-linecap': 'round' } : { fill: colour }
  return svg('svg', { class: 'swatch', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path, ...paint }))
}

/** A segment's marker and name. */
export const label = (segment, theme) =>
  element('span', { class: 'segment-label' }, swatch(segment, theme), element('span', {}, segmentName(segment)))

/** The same as a button: pressed, it puts the segment into focus all over the page. */
export const chip = (segment, theme, ...more) =>
  element('button', { type: 'button', class: 'chip', 'data-focus': segment.id, 'data-segment': segment.id, 'aria-pressed': 'false' },
    swatch(segment, theme), element('span', { class: 'chip-name' }, segmentName(segment)), ...more)

/** What is painted in a segment's colour by the stylesheet. */
export const painted = (node, segment, theme) => withProperties(node, { '--segment': look(segment, theme).colour })

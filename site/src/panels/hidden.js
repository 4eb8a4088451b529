import { plural } from '../format.js'

/** Of a chart that leaves customers out, how many; the settings say so, to protect them. */
export function hiddenNote({ hidden }) {
  return hidden ? `${plural(hidden, 'customer')} who share their place with few others are not drawn.` : ''
}

import { element } from '../dom.js'

export const VERDICTS = {
  solid: { name: 'Solid', level: 3 },
  tentative: { name: 'Tentative', level: 2 },
  none: { name: 'Not reliable', level: 1 },
}

/** A verdict as words and as how many of three bars are filled, so that colour alone says nothing. */
export const verdict = (value, text = VERDICTS[value].name) =>
  element('span', { class: 'verdict', 'data-verdict': value },
    element('span', { class: 'verdict-bars', 'aria-hidden': 'true' }, ...[1, 2, 3].map((bar) => element('i', { class: bar <= VERDICTS[value].level ? 'is-full' : '' }))),
    text)

import { element } from '../dom.js'
import { date } from '../format.js'

/** Says that an earlier run is shown, or that it could not be, and leads back to the newest. */
export function render(root, data, { newest, set, missing }) {
  root.hidden = data.run_id === newest.run_id && !missing
  if (root.hidden) return
  const back = element('button', { type: 'button', class: 'button' }, 'Back to the newest')
  back.onclick = () => set({ run: null }, { isStep: true })
  root.replaceChildren(
    element('p', {}, missing ?? element('span', {}, 'You are looking at an earlier run: ', element('strong', {}, data.source.name), `, uploaded ${date(data.source.uploaded_at)}.`)),
    back)
}

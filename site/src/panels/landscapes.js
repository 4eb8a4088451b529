import { draw } from '../charts/draw.js'
import { landscape, summary } from '../charts/landscape.js'

export function render(root, data, { theme }) {
  for (const figure of root.querySelectorAll('figure')) {
    const { x, y } = figure.dataset
    const found = data.landscapes.find((one) => one.x === x && one.y === y)
    figure.hidden = !found
    if (found) renderFigure(figure, data, found, theme)
  }
}

function renderFigure(figure, data, found, theme) {
  figure.querySelector('h3').textContent = `${data.features[found.x].name} × ${data.features[found.y].name}`
  figure.querySelector('figcaption').textContent = found.text
  draw(figure.querySelector('canvas'), landscape(data, found, theme), summary(data, found))
}

const MARGIN = 20
const TITLE = 34
const SVG_TYPE = 'image/svg+xml'

/** A chart as a PNG with its title and where it comes from, on the ground that the page has. */
export async function picture(chart, { title, source, theme }) {
  const [image, width, height] = chart instanceof SVGElement ? await fromSvg(chart) : [chart, chart.clientWidth, chart.clientHeight]
  const scale = Math.max(2, devicePixelRatio)
  const canvas = document.createElement('canvas')
  canvas.width = (width + 2 * MARGIN) * scale
  canvas.height = (height + 3 * MARGIN + TITLE) * scale
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  context.fillStyle = theme.panel
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.textBaseline = 'top'
  write(context, theme.ink, '650 17px', title, MARGIN)
  context.drawImage(image, MARGIN, MARGIN + TITLE, width, height)
  write(context, theme.quiet, '400 12px', source, MARGIN + TITLE + height + 8)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

function write(context, colour, font, text, y) {
  context.fillStyle = colour
  context.font = `${font} 'Hanken Grotesk Variable', system-ui, sans-serif`
  context.fillText(text, MARGIN, y)
}

/** Twice the size, since an image is drawn as many pixels as it says it has. */
async function fromSvg(node) {
  const { width, height } = node.getBoundingClientRect()
  const copy = node.cloneNode(true)
  copy.setAttribute('width', width * 2)
  copy.setAttribute('height', height * 2)
  const image = new Image()
  image.src = `data:${SVG_TYPE};charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await image.decode()
  return [image, width, height]
}

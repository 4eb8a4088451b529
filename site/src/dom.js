const SVG = 'http://www.w3.org/2000/svg'

/** An element with attributes and children. Strings become text nodes, never markup. */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children)
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children)
}

/** Custom properties go through the CSSOM: the page's policy forbids style attributes. */
export function withProperties(node, properties) {
  for (const [name, value] of Object.entries(properties)) node.style.setProperty(name, value)
  return node
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return node
}

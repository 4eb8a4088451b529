/**
 * Ten colours per scheme, chosen so that they differ also under protanopia,
 * deuteranopia and tritanopia, with a contrast of at least 3:1 to the panel.
 */
const SCHEMES = {
  light: {
    segments: ['#4350c8', '#cc6414', '#1f9490', '#951a72', '#574b00', '#9c68d8', '#4a7bb0', '#9c4f38', '#636b72', '#668c50'],
    panel: '#f4f7fd',
    ink: '#111a33',
    quiet: '#4a5573',
    grid: 'rgb(40 56 110 / 0.1)',
    accent: '#3848c4',
    second: '#0d7f7b',
    third: '#a3501a',
    groups: ['#3848c4', '#1d8f8a', '#b0651f', '#8a3f8f', '#5b6472', '#6d8a2f'],
    tooltip: 'rgb(17 26 51 / 0.94)',
    tooltipInk: '#f2f5ff',
  },
  dark: {
    segments: ['#7eabfe', '#ea903b', '#6cf0ea', '#b4709c', '#f4e769', '#a499c2', '#0c89cf', '#cc6c5b', '#c4b7bf', '#aee0a5'],
    panel: '#1a2140',
    ink: '#eef2ff',
    quiet: '#b3bedd',
    grid: 'rgb(190 205 255 / 0.1)',
    accent: '#93acff',
    second: '#62d9cf',
    third: '#ffb27a',
    groups: ['#93acff', '#4fc9bf', '#f0a55f', '#d391d6', '#a9b3c4', '#b4d67c'],
    tooltip: 'rgb(236 241 255 / 0.96)',
    tooltipInk: '#131a33',
  },
}

/**
 * A shape for every colour, so that no segment is told by colour alone. `path`
 * draws in a 16-unit box what Chart.js draws as `pointStyle`; `scale` evens out
 * how large the shapes look; `stroked` shapes have no area to fill.
 */
export const MARKERS = [
  { pointStyle: 'circle', rotation: 0, scale: 1, stroked: false, path: 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12z' },
  { pointStyle: 'triangle', rotation: 0, scale: 1.25, stroked: false, path: 'M8 1.5 14.5 13h-13z' },
  { pointStyle: 'rect', rotation: 0, scale: 1.2, stroked: false, path: 'M3 3h10v10H3z' },
  { pointStyle: 'rectRot', rotation: 0, scale: 1.25, stroked: false, path: 'M8 1l7 7-7 7-7-7z' },
  { pointStyle: 'triangle', rotation: 180, scale: 1.25, stroked: false, path: 'M8 14.5 14.5 3h-13z' },
  { pointStyle: 'cross', rotation: 0, scale: 1.1, stroked: true, path: 'M8 2v12M2 8h12' },
  { pointStyle: 'star', rotation: 0, scale: 1.1, stroked: true, path: 'M8 1.5v13M1.5 8h13M3.4 3.4l9.2 9.2M12.6 3.4l-9.2 9.2' },
  { pointStyle: 'crossRot', rotation: 0, scale: 1.2, stroked: true, path: 'M3.4 3.4l9.2 9.2M12.6 3.4l-9.2 9.2' },
  { pointStyle: 'triangle', rotation: 90, scale: 1.25, stroked: false, path: 'M14.5 8 3 14.5v-13z' },
  { pointStyle: 'triangle', rotation: 270, scale: 1.25, stroked: false, path: 'M1.5 8 13 14.5v-13z' },
]

export const theme = (scheme) => SCHEMES[scheme]

/** How a segment looks, everywhere on the page: by its `colour`, which earlier releases did not give. */
export function look({ id, colour }, theme) {
  const index = (colour ?? id - 1) % MARKERS.length
  return { colour: theme.segments[index], ...MARKERS[index] }
}

export const translucent = (hex, alpha) => hex + Math.round(alpha * 255).toString(16).padStart(2, '0')

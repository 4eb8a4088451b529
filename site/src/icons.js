import { svg } from './dom.js'

const PATHS = {
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6',
  picture: 'M2.5 3.5h11v9h-11zM2.5 11l3.2-3.2 2.3 2.2 2.4-2.6 3.1 3M6 6.2v.1',
  csv: 'M8 2.5v7.4M4.9 7 8 10.1 11.1 7M2.8 13.3h10.4',
  eye: 'M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 1 0 0-3.6',
  close: 'M4 4l8 8M12 4l-8 8',
}

export const icon = (name) => svg('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: PATHS[name] }))

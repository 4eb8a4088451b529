import { scaled } from '../derive/scale.js'
import { tick } from '../format.js'
import { translucent } from './palette.js'

const FONT = "'Hanken Grotesk Variable', system-ui, sans-serif"

/** How far a dot may reach over the edge of the plot before it is cut off. */
export const EDGE = 16

/** What all charts share, so that they read as one family. */
export function options(theme, { scales, tooltip, plugins = {}, ...more }) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: theme.animate ? { duration: 350, easing: 'easeOutQuart' } : false,
    color: theme.quiet,
    font: { family: FONT, size: 12 },
    layout: { padding: { top: 8, right: 8 } },
    interaction: { mode: 'nearest', intersect: true },
    scales,
    plugins: { tooltip: tooltipStyle(theme, tooltip), ...plugins },
    ...more,
  }
}

export function axis(theme, title, { ticks, ...more } = {}) {
  return {
    type: 'linear',
    title: { display: true, text: title, color: theme.quiet, font: { family: FONT, size: 12, weight: 600 }, padding: { top: 6, bottom: 0 } },
    border: { display: false },
    grid: { color: theme.grid, drawTicks: false },
    ticks: { color: theme.quiet, font: { family: FONT, size: 12 }, padding: 8, maxTicksLimit: 9, maxRotation: 0, ...ticks },
    ...more,
  }
}

/** The axis of a feature, on the feature's own scale. */
export function featureAxis(theme, feature, more = {}) {
  const { label, log_unit: unit } = feature
  const log = unit && { type: 'log1p', unit, ticks: { autoSkip: false, callback: tick } }
  return axis(theme, scaled(label, feature), { ...more, ...log })
}

/** What a scatter plot shows, in words. */
export const against = (features, x, y) => [y, x].map((id) => scaled(features[id].name, features[id])).join(' against ')

/** Dots whose area is proportional to the count, and none larger than `most`. */
export function radii(counts, usual, most = 16) {
  const unit = Math.min(usual, most / Math.sqrt(Math.max(1, ...counts)))
  return counts.map((count) => unit * Math.sqrt(count))
}

export const dot = (colour, theme) => ({
  backgroundColor: translucent(colour, 0.72),
  borderColor: theme.panel,
  borderWidth: 1,
})

function tooltipStyle(theme, callbacks) {
  return {
    backgroundColor: theme.tooltip,
    titleColor: theme.tooltipInk,
    bodyColor: theme.tooltipInk,
    titleFont: { family: FONT, size: 13, weight: 700 },
    bodyFont: { family: FONT, size: 13 },
    padding: 12,
    cornerRadius: 10,
    caretSize: 6,
    displayColors: false,
    callbacks,
  }
}

import { scaled, scaleOf } from '../derive/scale.js'
import { HIDDEN, count, number, plural, short, withUnit } from '../format.js'
import { axis, featureAxis, options } from './style.js'

/** Customers in equal intervals of one feature, stacked by group where there are groups. */
export function distribution(data, found, theme) {
  const feature = data.features[found.feature]
  const groups = groupsOf(found)
  return {
    type: 'bar',
    data: {
      datasets: groups.map(({ label, counts }, index) => ({
        label,
        data: counts.map((n, bar) => ({ x: middle(feature, found, bar), y: n ?? 0, n })),
        backgroundColor: theme.groups[index % theme.groups.length],
        borderColor: theme.panel,
        borderWidth: { top: index ? 0 : 0, right: 0, bottom: index ? 1.5 : 0, left: 0 },
        borderSkipped: false,
        borderRadius: 2,
        // Not as narrow as the ticks are close.
        barThickness: 'flex',
        barPercentage: 0.94,
        categoryPercentage: 1,
        stack: 'all',
      })),
    },
    options: options(theme, {
      scales: {
        x: featureAxis(theme, feature, { min: found.edges[0], max: found.edges.at(-1), grid: { display: false }, offset: false, ticks: { includeBounds: false } }),
        y: axis(theme, '', { stacked: true, beginAtZero: true, title: { display: false }, ticks: { maxTicksLimit: 5, precision: 0 } }),
      },
      tooltip: {
        title: ([{ dataIndex }]) => between(feature, found, dataIndex),
        label: ({ dataset, raw }) => `${short(dataset.label, 40)}: ${raw.n === null ? HIDDEN : count(raw.n)}`,
      },
      interaction: { mode: 'index', intersect: false },
    }),
  }
}

export function summary(data, found) {
  const feature = data.features[found.feature]
  const { min, max, mean, unit, name } = feature
  const top = found.counts.indexOf(Math.max(...found.counts.map((n) => n ?? 0)))
  const most = `Most customers, ${count(found.counts[top] ?? 0)}, lie ${between(feature, found, top)}.`
  const by = found.by ? ` by ${short(data.features[found.by.feature].name)}` : ''
  return `Histogram of ${scaled(name, feature)}${by} for ${plural(data.customers, 'customer')}, from ${withUnit(number(min), unit)} to ${withUnit(number(max), unit)}, `
    + `${withUnit(number(mean), unit)} on average. ${most}`
}

export function table(data, found) {
  const groups = found.by ? found.by.groups : []
  return {
    head: ['From', 'To', 'Customers', ...groups.map(({ label }) => label)],
    rows: found.counts.map((n, bar) => [found.edges[bar], found.edges[bar + 1], n, ...groups.map(({ counts }) => counts[bar])]),
    empty: HIDDEN,
  }
}

const groupsOf = ({ by, counts }) => by?.groups ?? [{ label: 'Customers', counts }]

function middle(feature, { edges }, bar) {
  const { of, back } = scaleOf(feature)
  return back((of(edges[bar]) + of(edges[bar + 1])) / 2)
}

const between = ({ unit }, { edges }, bar) => `from ${number(edges[bar])} to ${withUnit(number(edges[bar + 1]), unit)}`

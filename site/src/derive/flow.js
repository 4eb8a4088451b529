const LEAST = 1.5

/**
 * Where the bars and ribbons of a flow lie: the segments of before on the left,
 * those of now on the right, each as high as its customers in both files are many.
 * Numbers that are not told (null) have no ribbon.
 */
export function layout({ before, now, counts }, { height = 340, gap = 12 } = {}) {
  const known = counts.map((row) => row.map((n) => n ?? 0))
  const sizes = { before: known.map(sum), now: now.map((_, j) => sum(known.map((row) => row[j]))) }
  const total = sum(sizes.before) || 1
  const unit = (height - gap * (Math.max(before.length, now.length) - 1)) / total
  const left = stacked(before, sizes.before, unit, gap)
  const right = stacked(now, sizes.now, unit, gap)
  const next = { left: left.map(({ y }) => y), right: right.map(({ y }) => y) }
  const ribbons = known.flatMap((row, i) => row.map((count, j) => {
    if (!count) return null
    const thick = count * unit
    const ribbon = { before: before[i], now: now[j], count, thick: Math.max(LEAST, thick), from: next.left[i], to: next.right[j] }
    next.left[i] += thick
    next.right[j] += thick
    return ribbon
  })).filter(Boolean)
  return { height, left, right, ribbons }
}

function stacked(ids, sizes, unit, gap) {
  let y = 0
  return ids.map((id, index) => {
    const bar = { id, count: sizes[index], y, height: Math.max(LEAST, sizes[index] * unit) }
    y += bar.height + gap
    return bar
  })
}

const sum = (values) => values.reduce((total, value) => total + value, 0)

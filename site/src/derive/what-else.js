/** What stands out of a column in a segment, the farthest first; nothing where nothing does. */
export const outstanding = ({ segments }, column, segment) => segments[segment].stands_out.find((one) => one.column === column)

/** The category that is told of a segment: the one that stands out, else what it has most more of than everyone. */
export function telling({ values, everyone }, { shares }, category = null) {
  if (category !== null) return values.indexOf(category)
  const more = shares.map((part, index) => part - everyone.shares[index])
  return more.indexOf(Math.max(...more))
}

/** The names of a mode's features; gender has no header of its own in the data. */
export function featureNames(data, mode) {
  return data.modes[mode].features.map((role) => data.features[role]?.name ?? 'Gender')
}

/** What multivariate mode looks at beyond bivariate mode. */
export function addedNames(data) {
  const bivariate = featureNames(data, 'bivariate')
  return featureNames(data, 'multivariate').filter((name) => !bivariate.includes(name))
}

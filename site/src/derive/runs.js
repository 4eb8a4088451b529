/** The segments of two runs by their ids, which the same segment keeps: those of `now` first, then those that are gone. */
export function compareRuns(now, then, mode) {
  const [after, before] = [now, then].map((data) => data.modes[mode].segments)
  const same = (id) => (segments) => segments.find((segment) => segment.id === id) ?? null
  return {
    comparable: sameFeatures(now.modes[mode], then.modes[mode]),
    rows: [
      ...after.map((segment) => ({ now: segment, then: same(segment.id)(before) })),
      ...before.filter(({ id }) => !same(id)(after)).map((segment) => ({ now: null, then: segment })),
    ],
  }
}

/** Where other features were compared, the same id does not mean the same segment. */
function sameFeatures(one, other) {
  return [...one.features].sort().join('\n') === [...other.features].sort().join('\n')
}

export const MOST_RUNS = 50

/** The runs to list, the newest first and each once, and how many there are in all. */
export function listOf({ runs, older, isAll }) {
  const ids = new Set(runs.runs.map(({ run_id: id }) => id))
  const all = [...(older ?? []).filter(({ run_id: id }) => !ids.has(id)), ...runs.runs].reverse()
  return { listed: isAll ? all : all.slice(0, MOST_RUNS), total: older ? all.length : all.length + (runs.older ?? 0) }
}

import { number, score } from '../format.js'

/** Which K a measure speaks for, and how that is said. */
export function verdictOf(measure, { elbow, silhouette_peak: peak, sweep }, k) {
  const at = (best) => sweep.find((step) => step.k === best)?.[measure] ?? null
  if (measure === 'inertia') {
    return elbow === null ? { best: null, text: 'The curve bends nowhere.' } : { best: elbow, text: `The curve bends at K = ${elbow}, where inertia is ${number(at(elbow))}.` }
  }
  if (measure === 'silhouette') {
    const here = peak === k ? '' : ` At K = ${k} it is ${score(at(k))}.`
    return { best: peak, text: `Highest at K = ${peak}: ${score(at(peak))} of at most 1.${here}` }
  }
  const best = Math.max(...sweep.map(({ stability }) => stability ?? -1))
  const tops = sweep.filter(({ stability }) => stability !== null && best - stability < 0.005).map((step) => step.k)
  const chosen = tops.includes(k)
  return {
    best: chosen ? k : tops[0],
    // Whether that is enough to be found again, the engine says.
    text: `Highest at K = ${chosen ? k : tops[0]}: ${score(chosen ? at(k) : best)} of at most 1.${chosen ? '' : ` At K = ${k} it is ${score(at(k))}.`}`,
  }
}

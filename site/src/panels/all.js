import * as bar from './bar.js'
import * as cards from './cards.js'
import * as changes from './changes.js'
import * as crosstable from './crosstable.js'
import * as distributions from './distributions.js'
import * as footer from './footer.js'
import * as headline from './headline.js'
import * as runs from './history.js'
import * as intake from './intake.js'
import * as kSelection from './k-selection.js'
import * as landscapes from './landscapes.js'
import * as profile from './profile.js'
import * as runBanner from './run-banner.js'
import * as scatter from './scatter.js'
import * as secondOpinion from './second-opinion.js'
import * as segmentCompare from './segment-compare.js'
import * as summary from './summary.js'
import * as toggle from './toggle.js'
import * as trust from './trust.js'
import * as whatElse from './what-else.js'
import * as whatif from './whatif.js'

/** Each panel: its place, what renders it, and what of the state it shows beside the data and the theme. */
export const PANELS = [
  ['run-banner', runBanner.render, ['run', 'missing']],
  ['headline', headline.render, ['mode']],
  ['group-splits', distributions.renderSplits, []],
  ['distributions', distributions.render, []],
  ['landscapes', landscapes.render, []],
  ['mode-toggle', toggle.render, ['mode']],
  ['bar-segments', bar.render, ['mode']],
  ['how-many', kSelection.render, ['mode']],
  ['second-opinion-panel', secondOpinion.render, ['mode']],
  ['scatter-panel', scatter.render, ['mode', 'x', 'y', 'focus', 'hidden', 'whatIf']],
  ['whatif-panel', whatif.render, ['mode', 'whatIf']],
  ['summary-csv', summary.render, ['mode']],
  ['segments', cards.render, ['mode']],
  ['profile-panel', profile.render, ['mode', 'focus', 'hidden']],
  ['explained-panel', profile.renderExplained, ['mode']],
  ['what-else-panel', whatElse.render, ['mode']],
  ['trust-panel', trust.render, ['mode']],
  ['comparison-panel', crosstable.render, ['mode']],
  ['segment-compare-panel', segmentCompare.render, ['mode', 'focus', 'pair']],
  ['changes', changes.render, ['mode']],
  ['history-panel', runs.render, ['against', 'runs']],
  ['against-panel', runs.renderAgainst, ['mode', 'other', 'against']],
  ['file-panel', intake.render, []],
  ['footer', footer.render, []],
]

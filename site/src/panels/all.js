import * as bar from './bar.js'
import * as cards from './cards.js'
import * as changes from './changes.js'
import * as crosstable from './crosstable.js'
import * as distributions from './distributions.js'
import * as duel from './duel.js'
import * as footer from './footer.js'
import * as headline from './headline.js'
import * as runs from './history.js'
import * as howmany from './howmany.js'
import * as intake from './intake.js'
import * as landscapes from './landscapes.js'
import * as looking from './looking.js'
import * as profile from './profile.js'
import * as scatter from './scatter.js'
import * as summary from './summary.js'
import * as toggle from './toggle.js'
import * as trust from './trust.js'
import * as whatif from './whatif.js'

/** Each panel: its place, what renders it, and what of the state it shows beside the data and the theme. */
export const PANELS = [
  ['looking', looking.render, ['run', 'missing']],
  ['headline', headline.render, ['mode']],
  ['group-splits', distributions.renderSplits, []],
  ['distributions', distributions.render, []],
  ['landscapes', landscapes.render, []],
  ['mode-toggle', toggle.render, ['mode']],
  ['bar-segments', bar.render, ['mode']],
  ['how-many', howmany.render, ['mode']],
  ['scatter-panel', scatter.render, ['mode', 'x', 'y', 'focus', 'hidden', 'what']],
  ['whatif-panel', whatif.render, ['mode', 'what']],
  ['summary-csv', summary.render, ['mode']],
  ['segments', cards.render, ['mode']],
  ['profile-panel', profile.render, ['mode', 'focus', 'hidden']],
  ['explained-panel', profile.renderExplained, ['mode']],
  ['trust-panel', trust.render, ['mode']],
  ['comparison-panel', crosstable.render, ['mode']],
  ['duel-panel', duel.render, ['mode', 'focus', 'pair']],
  ['changes', changes.render, ['mode']],
  ['history-panel', runs.render, ['against', 'runs']],
  ['against-panel', runs.renderAgainst, ['mode', 'other', 'against']],
  ['file-panel', intake.render, []],
  ['footer', footer.render, []],
]

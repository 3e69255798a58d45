import { MARTS } from '../../athena-views/index.ts'
import { levelsOf } from '../../athena-views/levels.ts'
import type { Shape } from '../../cost/month.ts'
import { REFRESHED_VIEWS } from '../../quicksight/data-sets.ts'
import type { Sizes } from '../executor/sizes.ts'

/** What the definitions have that a month's cost follows from; with dashboards. */
export const shapeOf = ({ alarms }: Sizes): Shape => ({
  marts: MARTS.length,
  martsLookingAhead: MARTS.filter(({ window }) => window.monthsAfter > 0).length,
  levels: levelsOf(MARTS).length,
  ingestions: REFRESHED_VIEWS.length,
  alarms,
})

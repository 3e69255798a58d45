import { CSV_COLUMNS } from '../../catalog/events.ts'
import { CRAWLED_TABLE } from '../../catalog/layout.ts'
import type { DatabrewProfile } from '../shared/databrew-profile.ts'
import type { Verdict } from '../shared/documents.ts'
import { actionFor, type Overrides, thresholdOf } from '../shared/thresholds.ts'
import { KEY, KEY_RULES, type KeyRule } from './key-rules.ts'

/** The rules that compare names: they have no thresholds. */
export const NAME_RULES = {
  profiled: {
    checks: `whether the profile has the column ${KEY}`,
    action: 'its lack halts',
    remedy: 'Check the header of the raw files and the DataBrew data set.',
  },
  'crawled columns': {
    checks: 'whether the crawled table has the nine columns in their order',
    action: 'the lack of one halts; further ones, or another order, warn',
    remedy: 'Look for files with another header.',
  },
} as const

/** The verdicts on the key by the profile of the changed months, by the rules' thresholds where the environment has no others. */
export function keyVerdicts({ sampleSize, columns }: DatabrewProfile, overrides: Overrides = {}): Verdict[] {
  const key = columns.find(({ name }) => name === KEY)
  if (!key)
    return [
      {
        rule: 'profiled',
        action: 'halt',
        value: columns.map(({ name }) => name).join(','),
        threshold: KEY,
        message: `The profile has no column ${KEY}. ${NAME_RULES.profiled.remedy}`,
      },
    ]
  return Object.entries<KeyRule>(KEY_RULES).map(([rule, { measure, figures, remedy, ...own }]) => {
    const thresholds = overrides[rule] ?? own.thresholds
    const value = measure(key, sampleSize)
    const action = actionFor(value, thresholds)
    const said = figures(key, sampleSize)
    const message = action === 'pass' ? said : `${said} ${remedy}`
    return { rule, action, value, threshold: thresholdOf(action, thresholds), message }
  })
}

/** What the crawler saw beside what the catalog says: drift of the schema shows here before a job reads the files. */
export function columnVerdict(columns: readonly string[] | undefined): Verdict {
  const found = columns ?? []
  const absent = CSV_COLUMNS.filter((column) => !found.includes(column))
  const extra = found.filter((column) => !CSV_COLUMNS.includes(column))
  const isReordered = absent.length + extra.length === 0 && found.join() !== CSV_COLUMNS.join()
  const differences = [
    ...(absent.length > 0 ? [`lacks ${absent.join(', ')}`] : []),
    ...(extra.length > 0 ? [`also has ${extra.join(', ')}`] : []),
    ...(isReordered ? ['has them in another order'] : []),
  ]
  return {
    rule: 'crawled columns',
    action: absent.length > 0 ? 'halt' : differences.length > 0 ? 'warn' : 'pass',
    value: found.join(','),
    threshold: CSV_COLUMNS.join(','),
    message:
      columns === undefined
        ? `The crawler made no table ${CRAWLED_TABLE}: check its target and its last crawl.`
        : differences.length > 0
          ? `The crawled table ${CRAWLED_TABLE} ${differences.join(' and ')}. ${NAME_RULES['crawled columns'].remedy}`
          : `The crawled table ${CRAWLED_TABLE} has the nine columns in their order.`,
  }
}

import type { ProfiledColumn } from '../shared/databrew-profile.ts'
import { of, percent, type RuleText, share } from '../shared/rule-text.ts'
import type { Thresholds } from '../shared/thresholds.ts'

/** The column by whose values curated events lie in folders. */
export const KEY = 'category_id'

/** One thing that is looked at in the profile of the partition key. */
export interface KeyRule extends RuleText {
  readonly thresholds: Thresholds
  readonly measure: (key: ProfiledColumn, rows: number) => number
  readonly figures: (key: ProfiledColumn, rows: number) => string
}

const largestOf = ({ mostCommonValues }: ProfiledColumn) =>
  (mostCommonValues ?? []).toSorted((a, b) => b.count - a.count)[0]

/**
 * The data set has 691 categories. Every value is a folder with a file or two in each slice's version: past some
 * thousands, files are too small to be read well, and Glue and Athena list folders instead of reading rows.
 */
export const KEY_RULES = {
  'distinct values': {
    checks: `how many values ${KEY} has: each is a partition of every slice`,
    unit: 'count',
    thresholds: { warn: 2_000, halt: 10_000 },
    measure: ({ distinctValuesCount }) => distinctValuesCount,
    figures: ({ distinctValuesCount }) =>
      `${KEY} has ${distinctValuesCount} distinct values; each is a partition of every slice.`,
    remedy: 'Look for a shifted column in the raw files; else partition by another column or by buckets.',
  },
  'missing values': {
    checks: `share of the rows without ${KEY}: they go to the quarantine`,
    unit: 'share',
    thresholds: { warn: 0, halt: 0.01 },
    measure: ({ missingValuesCount }, rows) => share(missingValuesCount, rows),
    figures: ({ missingValuesCount }, rows) =>
      `${KEY} is missing in ${of(missingValuesCount, rows)} rows; they go to the quarantine.`,
    remedy: 'Ask for the export to be repeated where there are many.',
  },
  'largest value': {
    checks: `share of the rows of the most frequent ${KEY}: one task writes them all`,
    unit: 'share',
    // October's largest category, smartphones, has 27 % of all events.
    thresholds: { warn: 0.5 },
    measure: (key, rows) => share(largestOf(key)?.count ?? 0, rows),
    figures: (key, rows) => {
      const largest = largestOf(key)
      return `${KEY} ${largest?.value ?? '(unknown)'} has ${percent(share(largest?.count ?? 0, rows))} of the rows, and one task writes them all.`
    },
    remedy: 'Expect that task to end last.',
  },
} as const satisfies Record<string, KeyRule>

export type KeyRuleName = keyof typeof KEY_RULES
export const KEY_RULE_NAMES = Object.keys(KEY_RULES) as KeyRuleName[]

import { CSV_COLUMNS } from '../../catalog/events.ts'
import { CRAWLED_TABLE } from '../../catalog/layout.ts'
import type { DatabrewProfile, ProfiledColumn } from '../shared/databrew-profile.ts'
import type { Verdict } from '../shared/documents.ts'

const KEY = 'category_id'

/**
 * The data set has 691 categories. Every value is a folder with a file or two in each slice's version: past some
 * thousands, files are too small to be read well, and Glue and Athena list folders instead of reading rows.
 */
const THRESHOLDS = {
  distinct: { warn: 2_000, halt: 10_000 },
  missing: { warn: 0, halt: 0.01 },
  /** October's largest category, smartphones, has 27 % of all events. */
  largestShare: { warn: 0.5, halt: Number.POSITIVE_INFINITY },
} as const

interface Limits {
  readonly warn: number
  readonly halt: number
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`

/** The verdicts on the key by the profile of the changed months. */
export function keyVerdicts({ sampleSize, columns }: DatabrewProfile): Verdict[] {
  const key = columns.find(({ name }) => name === KEY)
  if (!key)
    return [
      {
        rule: 'profiled',
        action: 'halt',
        value: columns.map(({ name }) => name).join(','),
        threshold: KEY,
        message: `The profile has no column ${KEY}: check the header of the raw files and the DataBrew data set.`,
      },
    ]
  return [distinct(key), missing(key, sampleSize), skew(key, sampleSize)]
}

const distinct = ({ distinctValuesCount }: ProfiledColumn): Verdict =>
  judged(
    'distinct values',
    distinctValuesCount,
    THRESHOLDS.distinct,
    `${KEY} has ${distinctValuesCount} distinct values; each is a partition of every slice. ` +
      'Past the limit, partition by another column or by buckets.',
  )

const missing = ({ missingValuesCount }: ProfiledColumn, rows: number): Verdict => {
  const share = shareOf(missingValuesCount, rows)
  return judged(
    'missing values',
    share,
    THRESHOLDS.missing,
    `${KEY} is missing in ${missingValuesCount} of ${rows} rows (${percent(share)}); they go to the quarantine. ` +
      'Ask for the export to be repeated where there are many.',
  )
}

function skew({ mostCommonValues }: ProfiledColumn, rows: number): Verdict {
  const [largest] = (mostCommonValues ?? []).toSorted((a, b) => b.count - a.count)
  const share = shareOf(largest?.count ?? 0, rows)
  return judged(
    'largest value',
    share,
    THRESHOLDS.largestShare,
    `${KEY} ${largest?.value ?? '(unknown)'} has ${percent(share)} of the rows, and one task writes them all. ` +
      'Expect that task to end last.',
  )
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
          ? `The crawled table ${CRAWLED_TABLE} ${differences.join(' and ')}: look for files with another header.`
          : `The crawled table ${CRAWLED_TABLE} has the nine columns in their order.`,
  }
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

function judged(rule: string, value: number, { warn, halt }: Limits, message: string): Verdict {
  const action = value > halt ? 'halt' : value > warn ? 'warn' : 'pass'
  const threshold = action === 'halt' ? halt : warn
  return { rule, action, value, threshold, message }
}

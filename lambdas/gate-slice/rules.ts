import type { SliceMetrics } from '../shared/documents.ts'
import type { Rule, Thresholds } from './rule.ts'

/** What each rule measures, and what it says when somebody has to act. Thresholds are exceeded, not reached. */
const rules = {
  'no rows pass': {
    measure: ({ curated }) => (curated === 0 ? 1 : 0),
    thresholds: { halt: 0 },
    message: ({ curated, read, reasons }) =>
      read === 0
        ? 'The files have a header and no rows. Upload the export again.'
        : `${curated} of ${read} rows pass (rejected: ${reasonsText(reasons) || 'none'}). Look at them in the quarantine table.`,
  },
  'rejected rows': {
    measure: ({ quarantined, read }) => share(quarantined, read),
    thresholds: { warn: 0.001, quarantine: 0.1, halt: 0.5 },
    message: ({ quarantined, read, reasons }) =>
      `${of(quarantined, read)} rows are rejected (${reasonsText(reasons)}). Look at them in the quarantine table.`,
  },
  'rows of other months': {
    measure: ({ reasons, read }) => share(reasons.outside_month ?? 0, read),
    thresholds: { warn: 0, quarantine: 0.05 },
    message: ({ reasons, read, month }) =>
      `${of(reasons.outside_month ?? 0, read)} rows are not of ${month}. Check that the file lies in the right month.`,
  },
  'duplicate rows': {
    // October 2019 has 0.07 %, November 0.15 %.
    measure: ({ duplicates, read }) => share(duplicates, read),
    thresholds: { warn: 0.01, quarantine: 0.9 },
    message: ({ duplicates, read }) =>
      `${of(duplicates, read)} rows are copies and were removed. Check whether a file was uploaded twice.`,
  },
  'category_code missing': {
    // A third is normal here; a cosmetics shop of the same source sends almost none.
    measure: ({ nulls, curated }) => share(nulls.category_code, curated),
    thresholds: { warn: 0.5 },
    message: ({ nulls, curated }) =>
      `${of(nulls.category_code, curated)} events have no category_code; views show their category by id.`,
  },
  'brand missing': {
    measure: ({ nulls, curated }) => share(nulls.brand, curated),
    thresholds: { warn: 0.3 },
    message: ({ nulls, curated }) =>
      `${of(nulls.brand, curated)} events have no brand; brand views leave them out.`,
  },
  'user_session missing': {
    // The data set has 12 in 110 million.
    measure: ({ nulls, curated }) => share(nulls.user_session, curated),
    thresholds: { warn: 0.001, quarantine: 0.2 },
    message: ({ nulls, curated }) =>
      `${of(nulls.user_session, curated)} events have no user_session; sessions and conversion are too low.`,
  },
  'price zero or missing': {
    measure: ({ zeroPrices, nulls, curated }) => share(zeroPrices + nulls.price, curated),
    thresholds: { warn: 0.02, quarantine: 0.5 },
    message: ({ zeroPrices, nulls, curated }) =>
      `${of(zeroPrices + nulls.price, curated)} events have no price or a price of zero; revenue is too low.`,
  },
  'highest price': {
    // The data set's is 2,574.07. Only compared, never summed: a number is exact enough.
    measure: ({ price }) => (price.max === null ? 0 : Number(price.max)),
    thresholds: { warn: 100_000 },
    message: ({ price }) => `The highest price is ${price.max}. Check its unit: one such sale bends revenue.`,
  },
  'rows against the release': {
    measure: ({ curated }, former) => former && share(Math.abs(curated - former.rows), former.rows),
    thresholds: { warn: 0.3 },
    message: ({ curated }, former) =>
      `${curated} events, where the release has ${former?.rows}. Check that no file is missing or doubled.`,
  },
} as const satisfies Record<string, Omit<Rule, 'name'>>

type RuleName = keyof typeof rules

type Overrides = Partial<Record<RuleName, Thresholds>>

const SMALL_SAMPLES: Overrides = {
  'rejected rows': { warn: 0.001, quarantine: 0.5 },
  'rows against the release': { warn: 1 },
}

/** Where environments differ: in dev and test, small and odd samples must not stop the night. */
const OVERRIDES: Readonly<Record<string, Overrides>> = { dev: SMALL_SAMPLES, test: SMALL_SAMPLES }

/** The rules with the thresholds of an environment. */
export const rulesFor = (environment: string): Rule[] =>
  Object.entries<Omit<Rule, 'name'>>(rules).map(([name, rule]) => ({
    name,
    ...rule,
    thresholds: OVERRIDES[environment]?.[name as RuleName] ?? rule.thresholds,
  }))

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

const of = (part: number, whole: number): string =>
  `${part} of ${whole} (${(share(part, whole) * 100).toFixed(2)} %)`

const reasonsText = (reasons: SliceMetrics['reasons']): string =>
  Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')

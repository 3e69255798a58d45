import { KEY_RULES } from '../gate-partition-key/key-rules.ts'
import type { SliceMetrics } from '../shared/documents.ts'
import { of, share } from '../shared/rule-text.ts'
import { NOTHING_TO_COMPARE } from './drift.ts'
import { driftRules } from './drift-rules.ts'
import type { Rule } from './rule.ts'

const LOOK = 'Look at them: npm run lake -- quarantine.'

/** What each rule measures in a slice on its own, and what it says when somebody has to act. */
const ownRules = {
  'no rows pass': {
    checks: '1 where no row of the slice passes curation, else 0',
    unit: 'count',
    measure: ({ curated }) => (curated === 0 ? 1 : 0),
    thresholds: { halt: 0 },
    figures: ({ curated, read, reasons, quarantined, leftOut }) => {
      // Its marts would have no rows, which their tests do not let pass.
      if (leftOut && curated === 0)
        return `No line is an event of this slice: ${leftOut.replayed} were replayed, ${leftOut.neighbours} are of the month beside it, ${quarantined} are rejected.`
      return read === 0
        ? 'The files have a header and no rows.'
        : `${curated} of ${read} rows pass (rejected: ${reasonsText(reasons) || 'none'}).`
    },
    remedy: `Upload the export again where it is empty. Are the rows rejected? ${LOOK}`,
  },
  'rejected rows': {
    checks: 'share of the rows that are rejected',
    unit: 'share',
    measure: ({ quarantined, read }) => share(quarantined, read),
    thresholds: { warn: 0.001, quarantine: 0.1, halt: 0.5 },
    figures: ({ quarantined, read, reasons }) =>
      `${of(quarantined, read)} rows are rejected (${reasonsText(reasons) || 'none'}).`,
    remedy: LOOK,
  },
  'rows of other months': {
    checks: 'share of the rows whose time lies in another month',
    unit: 'share',
    measure: ({ reasons, read }) => share(reasons.outside_month ?? 0, read),
    thresholds: { warn: 0, quarantine: 0.05 },
    figures: ({ reasons, read, month }) =>
      `${of(reasons.outside_month ?? 0, read)} rows are not of ${month}.`,
    remedy: 'Check that the file lies in the right month.',
  },
  'duplicate rows': {
    checks: 'share of the rows that are exact copies of others; they are removed',
    unit: 'share',
    // October 2019 has 0.07 %, November 0.15 %.
    measure: ({ duplicates, read }) => share(duplicates, read),
    thresholds: { warn: 0.01, quarantine: 0.9 },
    figures: ({ duplicates, read }) => `${of(duplicates, read)} rows are copies and were removed.`,
    remedy: 'Check whether a file was uploaded twice.',
  },
  'category_code missing': {
    checks: 'share of the events without category_code',
    unit: 'share',
    // A third is normal here; a cosmetics shop of the same source sends almost none.
    measure: ({ nulls, curated }) => share(nulls.category_code, curated),
    thresholds: { warn: 0.5 },
    figures: ({ nulls, curated }) => `${of(nulls.category_code, curated)} events have no category_code.`,
    remedy: 'Views show their category by id; ask for an export with codes.',
  },
  'brand missing': {
    checks: 'share of the events without brand',
    unit: 'share',
    measure: ({ nulls, curated }) => share(nulls.brand, curated),
    thresholds: { warn: 0.3 },
    figures: ({ nulls, curated }) => `${of(nulls.brand, curated)} events have no brand.`,
    remedy: 'Brand views leave them out; ask for an export with brands.',
  },
  'user_session missing': {
    checks: 'share of the events without session',
    unit: 'share',
    // The data set has 12 in 110 million.
    measure: ({ nulls, curated }) => share(nulls.user_session, curated),
    thresholds: { warn: 0.001, quarantine: 0.2 },
    figures: ({ nulls, curated }) => `${of(nulls.user_session, curated)} events have no user_session.`,
    remedy: 'Sessions and conversion are too low; ask for the export to be repeated.',
  },
  'price zero or missing': {
    checks: 'share of the events without a price or with one of zero',
    unit: 'share',
    measure: ({ zeroPrices, nulls, curated }) => share(zeroPrices + nulls.price, curated),
    thresholds: { warn: 0.02, quarantine: 0.5 },
    figures: ({ zeroPrices, nulls, curated }) =>
      `${of(zeroPrices + nulls.price, curated)} events have no price or a price of zero.`,
    remedy: 'Revenue is too low; ask the shop for the prices.',
  },
  'highest price': {
    checks: 'the highest price',
    unit: 'price',
    // The data set's is 2,574.07. Only compared, never summed: a number is exact enough.
    measure: ({ price }) => (price.max === null ? 0 : Number(price.max)),
    thresholds: { warn: 100_000 },
    figures: ({ price }) => `The highest price is ${price.max ?? 'unknown'}.`,
    remedy: 'Check its unit: one such sale bends revenue.',
  },
  categories: {
    checks: 'how many categories the events have: each is a folder with a file or two',
    unit: 'count',
    // Exports are held to it by their profile, before they are written; the stream has none.
    thresholds: KEY_RULES['distinct values'].thresholds,
    measure: ({ categories }) => categories,
    figures: ({ categories }) => `The events have ${categories} categories.`,
    remedy: 'Look for who sends ids that are none of a category.',
  },
  'rows against the release': {
    checks:
      'by which share of them the events differ in number from the same month in the release; a stream is meant to grow',
    unit: 'share',
    measure: ({ curated, leftOut }, { released }) => {
      if (!released) return NOTHING_TO_COMPARE
      const lost = released.rows - curated
      return share(leftOut ? Math.max(lost, 0) : Math.abs(lost), released.rows)
    },
    thresholds: { warn: 0.3 },
    figures: ({ curated }, { released }) => `${curated} events, where the release has ${released?.rows}.`,
    remedy: 'Check that no file is missing or doubled.',
  },
} as const satisfies Record<string, Omit<Rule, 'name'>>

type OwnRuleName = keyof typeof ownRules

const named = Object.entries<Omit<Rule, 'name'>>(ownRules).map(([name, rule]) => ({ name, ...rule }))

/** Every rule of a slice: on its own first, then against what came before. */
export const SLICE_RULES: readonly Rule[] = [...named, ...driftRules]

export type SliceRuleName = OwnRuleName | (typeof driftRules)[number]['name']

export const SLICE_RULE_NAMES = SLICE_RULES.map(({ name }) => name) as SliceRuleName[]

const reasonsText = (reasons: SliceMetrics['reasons']): string =>
  Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')

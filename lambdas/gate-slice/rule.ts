import type { ReleasedSlice, SliceMetrics } from '../shared/documents.ts'
import type { RuleText } from '../shared/rule-text.ts'
import type { Thresholds } from '../shared/thresholds.ts'

/** What a slice's distribution is compared with: the same month as it is published, else the month before. */
export interface Reference {
  readonly kind: 'former version' | 'month before'
  readonly metrics: SliceMetrics
}

/** What the release has that a slice can be compared with. */
export interface Former {
  /** The same slice as it is published. */
  readonly released?: ReleasedSlice | undefined
  readonly reference?: Reference | undefined
}

/** A figure, or why there is none; then the rule passes. */
export type Measured = number | { readonly unknown: string }

/** One thing that is looked at in every slice. */
export interface Rule extends RuleText {
  readonly name: string
  readonly thresholds: Thresholds
  readonly measure: (metrics: SliceMetrics, former: Former) => Measured
  /** The figures as a sentence for whoever is called; asked for only where there is a measure. */
  readonly figures: (metrics: SliceMetrics, former: Former) => string
}

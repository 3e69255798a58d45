import type { ReleasedSlice, SliceMetrics } from '../shared/documents.ts'

/** The actions from the mildest to the most severe, each with the value above which it is taken. */
export interface Thresholds {
  readonly warn?: number
  readonly quarantine?: number
  readonly halt?: number
}

/** One thing that is looked at in every slice. */
export interface Rule {
  readonly name: string
  /** The figure; undefined where there is nothing to compare with, and then the rule passes. */
  readonly measure: (metrics: SliceMetrics, former?: ReleasedSlice) => number | undefined
  readonly thresholds: Thresholds
  /** What the figure means and what to do, as a sentence for whoever is called. */
  readonly message: (metrics: SliceMetrics, former?: ReleasedSlice) => string
}

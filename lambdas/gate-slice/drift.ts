import type { SliceMetrics } from '../shared/documents.ts'
import { percent } from '../shared/rule-text.ts'
import type { Former, Measured, Reference } from './rule.ts'

/** Why there is no figure. */
export const NOTHING_TO_COMPARE = { unknown: 'There is nothing to compare with yet.' }
export const NOT_RECORDED = {
  unknown: 'The version to compare with was curated before these figures were taken.',
}
export const TOO_FEW = { unknown: 'Too few events to say that something has changed.' }

/** Below that, shares and quantiles differ by chance. */
export const FEWEST_EVENTS = 1_000
/** Of one kind: so many are to be expected on the smaller side, or its share says nothing. */
export const FEWEST_OF_A_KIND = 100

/** How far two figures lie apart, from 0 (equal) to 1 (one of them is zero): it is the same seen from either side. */
export const apart = (a: number, b: number): number =>
  Math.max(a, b) === 0 ? 0 : Math.abs(a - b) / Math.max(a, b)

/** Whether a share can be compared at all between slices of these sizes. */
export const isFrequent = (shares: readonly number[], sizes: readonly number[]): boolean =>
  Math.max(...shares) * Math.min(...sizes) >= FEWEST_OF_A_KIND

/** A measure of two slices, for where there are two that are large enough. */
export const compared =
  (measure: (metrics: SliceMetrics, reference: Reference) => Measured) =>
  (metrics: SliceMetrics, { reference }: Former): Measured => {
    if (!reference) return NOTHING_TO_COMPARE
    if (Math.min(metrics.curated, reference.metrics.curated) < FEWEST_EVENTS) return TOO_FEW
    return measure(metrics, reference)
  }

/** A sentence about two slices, with the one that is compared with at its end. */
export const told =
  (figures: (metrics: SliceMetrics, before: SliceMetrics) => string) =>
  (metrics: SliceMetrics, { reference }: Former): string =>
    reference
      ? `${figures(metrics, reference.metrics)} (against ${reference.metrics.version}).`
      : NOTHING_TO_COMPARE.unknown

/** `+12.30 %`: what became of a figure. */
export const change = (now: number, before: number): string =>
  before === 0 ? 'new' : `${now < before ? '' : '+'}${percent(now / before - 1)}`

/** What every rule says of itself; `docs/quality.md` is made of it. */
export interface RuleText {
  /** What is measured and compared with the thresholds, as a phrase. */
  readonly checks: string
  /** What to do where a threshold is exceeded, as a sentence. */
  readonly remedy: string
  /** How the figure is shown: a share as percent. */
  readonly unit: 'share' | 'count' | 'price'
}

export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** `12.34 %` */
export const percent = (value: number): string => `${(value * 100).toFixed(2)} %`

/** `3 of 1000 (0.30 %)` */
export const of = (part: number, whole: number): string =>
  `${part} of ${whole} (${percent(share(part, whole))})`

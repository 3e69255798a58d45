/** How fast events go. */
export type Pace =
  /** So many times as fast as they happened. */
  | { readonly kind: 'speed'; readonly times: number }
  /** So many a second, whenever they happened. */
  | { readonly kind: 'rate'; readonly perSecond: number }
  /** As fast as they are taken. */
  | { readonly kind: 'burst' }

/** `60x`, `0.5x`. */
export function parseSpeed(text: string): Pace {
  const times = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  if (!(times > 0)) throw new RangeError(`A speed is written as 60x, not ${text}.`)
  return { kind: 'speed', times }
}

/** `500/s`. */
export function parseRate(text: string): Pace {
  const perSecond = Number(/^(\d+(?:\.\d+)?)\/s$/.exec(text)?.[1])
  if (!(perSecond > 0)) throw new RangeError(`A rate is written as 500/s, not ${text}.`)
  return { kind: 'rate', perSecond }
}

/** When the n-th event (from 0) is due, in milliseconds after the first; `after` is how much later than the first it happened. */
export function dueAfter(pace: Pace, n: number, after: number): number {
  if (pace.kind === 'burst') return 0
  return pace.kind === 'rate' ? (n * 1000) / pace.perSecond : after / pace.times
}

/**
 * What an event carries as `txn_timestamp`. `sent`: the time at which it goes, as the simulators of this family have it.
 * `event`: its own time; needed where events go faster than they happened, since a window of ten seconds would hold minutes of
 * them, and an honest visitor look like an attacker.
 */
export type Stamp = 'sent' | 'event'

export const defaultStamp = (pace: Pace): Stamp =>
  pace.kind === 'speed' && pace.times === 1 ? 'sent' : 'event'

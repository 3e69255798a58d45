/** How event time is understood, in milliseconds: the same for Flink's source and the embedded engine. */
export const TIME = {
  /** Events of a shard may come so much later than the latest one before them; the watermark lags behind by it. */
  outOfOrderness: 10_000,
  /** A shard without events for so long does not hold the watermark of the others. */
  idleAfter: 30_000,
  /**
   * A time further ahead of the record's arrival is no event's: its windows would stay open for as long. No time ahead of the arrival
   * moves the watermark, so that a clock that is fast closes nobody's windows.
   */
  maxAhead: 300_000,
} as const

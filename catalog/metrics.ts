/** Where the platform's own metrics are found in CloudWatch. */
export const METRICS_NAMESPACE = 'EcommerceLakehouse'

/**
 * Every metric that the platform sends, with CloudWatch's unit. Their dimensions are `service` (the handler) and `environment`,
 * and where it is said here `step`: all of them are as many as the definition has, none grows with data or users.
 */
export const METRICS = {
  /** How long an invocation of a handler took. */
  Duration: 'Milliseconds',
  /** Invocations that ended with an error. */
  Failures: 'Count',
  /** By `step`: how long the state took, all its visits in one run together. */
  StepDuration: 'Milliseconds',
  /** From the start of a run to its record. */
  RunDuration: 'Seconds',
  /** 1 for each night that came to its end, published or unchanged: what the alarm on silence listens to. */
  NightsSucceeded: 'Count',
  /** 1 where a run published a release, 0 where not. */
  Releases: 'Count',
  RowsRead: 'Count',
  RowsCurated: 'Count',
  RowsDuplicate: 'Count',
  RowsQuarantined: 'Count',
  /** Quarantined of a hundred that were read, over the slices of a run. */
  RejectRate: 'Percent',
  MartsBuilt: 'Count',
  /** What Athena read, to build marts, to test them, to publish. */
  BytesScanned: 'Bytes',
  /** From the newest event of the current release to now. */
  NewestEventAge: 'Seconds',
  /** From the newest file of the raw zone to now. */
  NewestFileAge: 'Seconds',
  /** Persisted events that a replay has sent into stream 1 again. */
  EventsReplayed: 'Count',
} as const

export type MetricName = keyof typeof METRICS

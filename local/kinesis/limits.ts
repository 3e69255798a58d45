/** What Kinesis Data Streams allows, from its service quotas and its API reference; sizes in bytes, durations in milliseconds. */
export const LIMITS = {
  recordBytes: 1024 * 1024,
  recordsAPut: 500,
  /** Data and partition keys of all records of a PutRecords call. */
  bytesAPut: 5 * 1024 * 1024,
  recordsAGet: 10_000,
  bytesAGet: 10 * 1024 * 1024,
  iteratorLifetime: 5 * 60 * 1000,
  retentionHours: { min: 24, max: 8760 },
  /** An on-demand stream begins with four shards. */
  onDemandShards: 4,
  /** What a shard takes and gives in a second. */
  shard: { putRecords: 1000, putBytes: 1024 * 1024, gets: 5, getBytes: 2 * 1024 * 1024 },
} as const

/** The DynamoDB table of alerts and incidents: its keys have the names that users of the reference architecture know. */
export const CONTROL_TABLE = {
  partitionKey: 'ddb_partition_key',
  /** Milliseconds since 1970: the start of an alert's window, or of the window that opened an incident. */
  sortKey: 'ddb_sort_key',
  /** Seconds since 1970, after which DynamoDB removes the item. */
  expiry: 'expires_at',
  /** Longer than raw events can be replayed, so that a replay finds what was told before. */
  keepDays: 400,
  alertPartition: (rule: string, key: string) => `alert#${rule}#${key}`,
  incidentPartition: (rule: string, key: string) => `incident#${rule}#${key}`,
  /** Incidents by severity and time. Alerts do not have its keys, so that it holds incidents alone. */
  bySeverity: 'by-severity',
  incidentSeverity: 'incident_severity',
  incidentSince: 'incident_since',
} as const

/** A point in time as the lake's tables have it: `2026-01-01 02:00:00.123`, UTC. */
export const timestampOf = (time: Date): string => time.toISOString().replace('T', ' ').replace('Z', '')

/**
 * An execution ends at 25,000 events of history. A month takes some 300: twelve marts of 23 events each, and its slice. That
 * leaves room for retries, and for months that are rebuilt because their neighbours changed.
 */
export const MONTHS_A_NIGHT = 48

import { listing } from '../shared/listing.ts'
import type { RawSlice } from './list-raw-slices.ts'

/**
 * An execution ends at 25,000 events of history. A month takes some 300: twelve marts of 23 events each, and its slice. That
 * leaves room for retries, and for months that are rebuilt because their neighbours changed.
 */
export const MONTHS_A_NIGHT = 48

interface Share {
  readonly changed: RawSlice[]
  readonly notes: string[]
}

/** The oldest of the changed slices, as many as one night can do. The next night finds the others changed, but for forced ones. */
export function oneNight(changed: readonly RawSlice[], force: boolean): Share {
  const months = [...new Set(changed.map(({ month }) => month))].sort()
  const taken = months.slice(0, MONTHS_A_NIGHT)
  const left = months.slice(MONTHS_A_NIGHT)
  return {
    changed: changed.filter(({ month }) => taken.includes(month)),
    notes:
      left.length > 0
        ? [
            `There are ${months.length} months to do, and one night does ${MONTHS_A_NIGHT}: ${listing(left, 6)} are left. ` +
              (force
                ? `Force them next, with {"force":true,"months":["${left[0]}", …]}.`
                : 'The next night takes them.'),
          ]
        : [],
  }
}

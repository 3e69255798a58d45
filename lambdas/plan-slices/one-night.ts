import type { RawSlice } from '../shared/list-raw-slices.ts'
import { listing } from '../shared/listing.ts'
import { MONTHS_A_NIGHT } from '../shared/months-a-night.ts'

interface Share {
  /** Months. */
  readonly taken: ReadonlySet<string>
  readonly notes: string[]
}

/** The oldest months of these slices, as many as one night can do. The next night finds the others, but for forced ones. */
export function oneNight(slices: readonly RawSlice[], force: boolean): Share {
  const months = [...new Set(slices.map(({ month }) => month))].sort()
  const taken = months.slice(0, MONTHS_A_NIGHT)
  const left = months.slice(MONTHS_A_NIGHT)
  return {
    taken: new Set(taken),
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

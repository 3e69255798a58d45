import { monthOfKey } from '../../catalog/layout.ts'
import type { Release } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { listing } from '../shared/listing.ts'
import type { NightState } from '../shared/night-state.ts'
import type { RawSlice } from './list-raw-slices.ts'

export interface Choice {
  readonly changed: RawSlice[]
  /** Names of slices that stand in the release as they are. */
  readonly unchanged: string[]
  readonly notes: string[]
}

/** Which slices the night takes: those that differ from the release, of the months asked for. */
export function chooseSlices(
  raw: readonly RawSlice[],
  released: Release['slices'],
  { months, force, dryRun, archives }: Omit<NightState, 'run' | 'startedAt'>,
): Choice {
  // A dry run unpacks nothing, so what lies in archives is still to come.
  const pending = dryRun ? archives : []
  const present = [...raw.map(({ month }) => month), ...pending.map(({ key }) => monthOfKey(key))]
  const missing = (months ?? []).filter((month) => !present.includes(month))
  if (missing.length > 0) throw new InvalidInputError(missingMonths(missing, raw))
  const asked = raw.filter(({ month }) => months === null || months.includes(month))
  const isChanged = (slice: RawSlice) => force || released[slice.slice]?.fingerprint !== slice.fingerprint
  const changed = asked.filter(isChanged)
  return {
    changed,
    unchanged: asked.filter((slice) => !isChanged(slice)).map(({ slice }) => slice),
    notes: [
      ...pending.map(({ key, target }) => `${key} would be unpacked to ${target} first.`),
      ...goneFrom(raw, released),
    ],
  }
}

const missingMonths = (missing: readonly string[], raw: readonly RawSlice[]): string => {
  const present = [...new Set(raw.map(({ month }) => month))]
  return (
    `No files in the raw zone for ${listing(missing)}; ` +
    `it has ${present.length > 0 ? listing(present) : 'none at all'}. Upload them or ask for other months.`
  )
}

/** What was published stays published until somebody decides otherwise. */
const goneFrom = (raw: readonly RawSlice[], released: Release['slices']): string[] =>
  Object.keys(released)
    .filter((name) => !raw.some(({ slice }) => slice === name))
    .sort()
    .map((name) => `${name} has no files in the raw zone any more; its published version is kept.`)

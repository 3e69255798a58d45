import { monthOfKey } from '../../catalog/layout.ts'
import type { Release, SetAside } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { listing } from '../shared/listing.ts'
import type { NightState } from '../shared/night-state.ts'
import type { RawSlice } from './list-raw-slices.ts'

interface Choice {
  readonly changed: RawSlice[]
  /** Names of slices that stand in the release as they are. */
  readonly unchanged: string[]
  readonly notes: string[]
}

interface Known {
  readonly released: Release['slices']
  readonly setAside: Readonly<Record<string, SetAside>>
}

/** Which slices the night takes: those that differ from the release and from what was set aside, of the months asked for. */
export function chooseSlices(
  raw: readonly RawSlice[],
  { released, setAside }: Known,
  { months, force, dryRun, archives }: Omit<NightState, 'run' | 'startedAt'>,
): Choice {
  // A dry run unpacks nothing, so what lies in archives is still to come.
  const pending = dryRun ? archives : []
  const present = [...raw.map(({ month }) => month), ...pending.map(({ key }) => monthOfKey(key))]
  const missing = (months ?? []).filter((month) => !present.includes(month))
  if (missing.length > 0) throw new InvalidInputError(missingMonths(missing, raw))
  const asked = raw.filter(({ month }) => months === null || months.includes(month))
  const stateOf = ({ slice, fingerprint }: RawSlice) => {
    if (force) return 'changed'
    if (released[slice]?.fingerprint === fingerprint) return 'unchanged'
    return setAside[slice]?.fingerprint === fingerprint ? 'bad' : 'changed'
  }
  const { changed = [], unchanged = [], bad = [] } = Object.groupBy(asked, stateOf)
  return {
    changed,
    unchanged: unchanged.map(({ slice }) => slice),
    notes: [
      ...pending.map(({ key, target }) => `${key} would be unpacked to ${target} first.`),
      ...bad.flatMap((slice) => stillSetAside(slice, setAside)),
      ...goneFrom(raw, released),
    ],
  }
}

function stillSetAside({ slice, month }: RawSlice, setAside: Known['setAside']): string[] {
  const known = setAside[slice]
  if (!known) return []
  return [
    `${slice} is still set aside since ${known.since} (${known.rules.join(', ')}; run ${known.run}): its files are ` +
      `unchanged. Mend them, or force it with {"force":true,"months":["${month}"]}.`,
  ]
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

import { monthOfKey } from '../../catalog/layout.ts'
import type { CuratedVersion, Release, SetAside } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import type { RawSlice } from '../shared/list-raw-slices.ts'
import { listing } from '../shared/listing.ts'
import type { NightState } from '../shared/night-state.ts'

interface Choice {
  readonly changed: RawSlice[]
  /** Slices whose version stands ready. */
  readonly adopted: RawSlice[]
  /** Names of slices that stand in the release as they are. */
  readonly unchanged: string[]
  readonly notes: string[]
}

interface Known {
  readonly released: Release['slices']
  readonly setAside: Readonly<Record<string, SetAside>>
  readonly adoptable: Readonly<Record<string, CuratedVersion>>
  /** Names of slices that have no files any more, as somebody has confirmed. */
  readonly removed: readonly string[]
}

type Wanted = Pick<NightState, 'months' | 'force' | 'dryRun' | 'archives' | 'leftOut'>

/** The slices of the months that the night is for. */
export const askedSlices = (raw: readonly RawSlice[], { months, leftOut }: Wanted): RawSlice[] =>
  raw.filter(({ month }) => (months === null || months.includes(month)) && !leftOut.includes(month))

/** Which slices the night takes: those that differ from the release and from what was set aside, of the months asked for. */
export function chooseSlices(
  raw: readonly RawSlice[],
  known: Known,
  night: Wanted & Pick<NightState, 'backfill'>,
): Choice {
  const { months, dryRun, archives } = night
  // A dry run unpacks nothing, so what lies in archives is still to come.
  const pending = dryRun ? archives : []
  const present = [
    ...raw.map(({ month }) => month),
    ...pending.map(({ key }) => monthOfKey(key)),
    ...known.removed.map((name) => known.released[name]?.month),
  ]
  const missing = (months ?? []).filter((month) => !present.includes(month))
  if (missing.length > 0) throw new InvalidInputError(missingMonths(missing, raw))
  const {
    changed = [],
    adopted = [],
    unchanged = [],
    bad = [],
  } = Object.groupBy(askedSlices(raw, night), (slice) => stateOf(slice, known, night))
  return {
    changed,
    adopted,
    unchanged: unchanged.map(({ slice }) => slice),
    notes: [
      ...pending.map(({ key, target }) => `${key} would be unpacked to ${target} first.`),
      ...bad.flatMap((slice) => stillSetAside(slice, known.setAside)),
    ],
  }
}

function stateOf(
  { slice, fingerprint }: RawSlice,
  { released, setAside, adoptable }: Known,
  { force, backfill }: Pick<NightState, 'force' | 'backfill'>,
): 'changed' | 'adopted' | 'unchanged' | 'bad' {
  const before = released[slice]
  const ready = adoptable[slice]
  // What a backfill has curated it does not curate again, though all of it was forced.
  const isOfBackfill = backfill !== null && ready?.backfill === backfill
  if (isOfBackfill && ready.version !== before?.version) return 'adopted'
  if (force && !isOfBackfill) return 'changed'
  if (before?.fingerprint === fingerprint) return 'unchanged'
  const judged = setAside[slice]
  const isBad = judged?.fingerprint === fingerprint
  if (ready && !(isBad && (judged.judgedAt ?? judged.since) > ready.registeredAt)) return 'adopted'
  return isBad ? 'bad' : 'changed'
}

function stillSetAside({ slice, source, month }: RawSlice, setAside: Known['setAside']): string[] {
  const known = setAside[slice]
  if (!known) return []
  // Nobody can mend what a stream has sent.
  const remedy =
    source === 'stream' ? 'It is judged again when more has come, or with' : 'Mend them, or force it with'
  return [
    `${slice} is still set aside since ${known.since} (${known.rules.join(', ')}; run ${known.run}): its files are ` +
      `unchanged. ${remedy} {"force":true,"months":["${month}"]}.`,
  ]
}

const missingMonths = (missing: readonly string[], raw: readonly RawSlice[]): string => {
  const present = [...new Set(raw.map(({ month }) => month))]
  return (
    `No files in the raw zone for ${listing(missing)}; ` +
    `it has ${present.length > 0 ? listing(present) : 'none at all'}. Upload them or ask for other months.`
  )
}

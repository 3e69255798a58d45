import { LAKE } from '../../catalog/layout.ts'
import { planRecord, type Release } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { OvertakenError } from '../shared/errors.ts'
import { listing } from '../shared/listing.ts'

/**
 * A night that is redriven goes on with the files that it has planned, days ago maybe. Where a later night has published
 * such a slice meanwhile, its version is the newer one, and this night's must not take its place.
 */
export async function refuseOvertaken(
  run: string,
  taken: readonly { readonly slice: string; readonly version: string | null }[],
  release: Release | undefined,
): Promise<void> {
  if (taken.length === 0) return
  const replaces = (await findDocument(planRecord, LAKE.run(run, 'plan')))?.replaces ?? {}
  const overtaken = taken.flatMap(({ slice, version }) => {
    const planned = replaces[slice]
    const now = release?.slices[slice]?.version ?? null
    if (planned === undefined || now === planned || now === version) return []
    return [`${slice} was ${planned ?? 'not there'} and is ${now ?? 'gone'} now`]
  })
  if (overtaken.length > 0)
    throw new OvertakenError(
      `Since run ${run} was planned, another release has become current: ${listing(overtaken)}. ` +
        'Nothing was published. Start a new execution: it takes the files as they are now.',
    )
}

import { isDeepStrictEqual } from 'node:util'
import { LAKE } from '../../catalog/layout.ts'
import { candidateOf } from '../shared/candidate-store.ts'
import {
  type Candidate,
  currentPointer,
  hold,
  type Release,
  refreshedRelease,
  release,
} from '../shared/documents.ts'
import { findDocument, findStored, getDocument } from '../shared/documents-store.ts'
import { type Ingestion, ingestionsOf } from '../shared/ingestions.ts'
import { replaceViews } from '../shared/replace-views.ts'
import { dropRemovedViews } from './drop-removed-views.ts'
import { makeCurrent } from './make-current.ts'
import { overtaken } from './overtaken.ts'

interface Publication {
  readonly release: string | null
  /** The SPICE copies to refresh. */
  readonly ingestions: Ingestion[]
  /** What is left for somebody to mend, though the release is published. */
  readonly warnings: string[]
}

/** Views first, then the release's document, and the pointer to it last: until then the night can be done again. */
export async function publishRelease(run: string): Promise<Publication> {
  const [next, pointer, held] = await Promise.all([
    candidateOf(run),
    findStored(currentPointer, LAKE.current),
    findDocument(hold, LAKE.hold),
  ])
  const current = pointer?.document.release ?? null
  // Even a night that was planned before publication was held, and is redriven now, must not end what a rollback began.
  if (held && current !== run)
    return { release: current, ingestions: await missedIngestions(run, current), warnings: [] }
  if (current !== run && current !== next.base) throw overtaken(next, current)
  const former = next.base === null ? undefined : await getDocument(release, LAKE.release(next.base))
  if (current !== run) {
    if (isSame(next, former))
      return { release: current, ingestions: await missedIngestions(run, current), warnings: [] }
    await replaceViews(next, former)
    const published: Release = {
      release: run,
      previous: current,
      publishedAt: new Date().toISOString(),
      slices: next.slices,
      marts: next.marts,
    }
    await makeCurrent(published, pointer ? { ifMatch: pointer.etag } : { ifNoneMatch: '*' })
  }
  return { release: run, ingestions: ingestionsOf(run), warnings: await dropRemovedViews(former) }
}

const isSame = ({ slices, marts }: Candidate, former: Release | undefined): boolean =>
  isDeepStrictEqual({ slices, marts }, { slices: former?.slices ?? {}, marts: former?.marts ?? {} })

/** What a former night published but could not refresh. Its ingestions' ids are taken, by their failures. */
async function missedIngestions(run: string, current: string | null): Promise<Ingestion[]> {
  const refreshed = await findDocument(refreshedRelease, LAKE.refreshed)
  return current === null || refreshed?.release === current ? [] : ingestionsOf(run)
}

import { isDeepStrictEqual } from 'node:util'
import { LAKE } from '../../catalog/layout.ts'
import { REFRESHED_VIEWS } from '../../quicksight/data-sets.ts'
import { candidateOf } from '../shared/candidate-store.ts'
import {
  type Candidate,
  currentPointer,
  type Release,
  refreshedRelease,
  release,
} from '../shared/documents.ts'
import { findDocument, findStored, getDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { dropRemovedViews } from './drop-removed-views.ts'
import { makeCurrent } from './make-current.ts'
import { overtaken } from './overtaken.ts'
import { replaceViews } from './replace-views.ts'

interface Publication {
  readonly release: string | null
  /** The SPICE copies to refresh; the id is an idempotency key. */
  readonly ingestions: { readonly dataSetId: string; readonly ingestionId: string }[]
  /** What is left for somebody to mend, though the release is published. */
  readonly warnings: string[]
}

/** Views first, then the release's document, and the pointer to it last: until then the night can be done again. */
export async function publishRelease(run: string): Promise<Publication> {
  const [next, pointer] = await Promise.all([candidateOf(run), findStored(currentPointer, LAKE.current)])
  const current = pointer?.document.release ?? null
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
async function missedIngestions(run: string, current: string | null): Promise<Publication['ingestions']> {
  const refreshed = await findDocument(refreshedRelease, LAKE.refreshed)
  return current === null || refreshed?.release === current ? [] : ingestionsOf(run)
}

function ingestionsOf(run: string): Publication['ingestions'] {
  const { names, refreshesDashboards } = environment()
  return (refreshesDashboards ? REFRESHED_VIEWS : []).map((view) => ({
    dataSetId: names.dataSet(view),
    ingestionId: `${run}-${view}`,
  }))
}

import { isDeepStrictEqual } from 'node:util'
import { publicViews } from '../../athena-views/index.ts'
import { LAKE } from '../../catalog/layout.ts'
import { REFRESHED_VIEWS } from '../../quicksight/data-sets.ts'
import { candidateOf } from '../shared/candidate-store.ts'
import { type Candidate, currentPointer, type Release, release } from '../shared/documents.ts'
import { findStored, getDocument, type PutCondition, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { PublicationError } from '../shared/errors.ts'
import { outcomeOf, replaceViews, restoreViews } from './replace-views.ts'

export interface Publication {
  readonly release: string | null
  /** The SPICE copies to refresh; the id is an idempotency key. */
  readonly ingestions: { readonly dataSetId: string; readonly ingestionId: string }[]
}

/** Views first, then the release's document, and the pointer to it last: until then the night can be done again. */
export async function publishRelease(run: string, warn: (message: string) => void): Promise<Publication> {
  const [next, pointer] = await Promise.all([candidateOf(run), findStored(currentPointer, LAKE.current)])
  const current = pointer?.document.release ?? null
  if (current === run) return { release: run, ingestions: ingestionsOf(run) }
  if (current !== next.base) throw overtaken(next, current)
  const former = current === null ? undefined : await getDocument(release, LAKE.release(current))
  if (isSame(next, former)) return { release: current, ingestions: [] }

  await replaceViews(next, former)
  const published: Release = {
    release: run,
    previous: current,
    publishedAt: new Date().toISOString(),
    slices: next.slices,
    marts: next.marts,
  }
  await putDocument(LAKE.release(run), published)
  const condition: PutCondition = pointer ? { ifMatch: pointer.etag } : { ifNoneMatch: '*' }
  if (!(await putDocument(LAKE.current, { release: run }, condition))) await giveWay(run, next, warn)
  return { release: run, ingestions: ingestionsOf(run) }
}

/** The pointer moved while the views were replaced: by an attempt of this run (then all is well), or by somebody else. */
async function giveWay(run: string, next: Candidate, warn: (message: string) => void): Promise<void> {
  const winner = (await findStored(currentPointer, LAKE.current))?.document.release ?? null
  if (winner === run) return
  const theirs = winner === null ? undefined : await getDocument(release, LAKE.release(winner))
  const outcome = outcomeOf(await restoreViews(publicViews, theirs), theirs)
  warn(outcome)
  throw overtaken(next, winner)
}

const overtaken = ({ run, base }: Candidate, current: string | null) =>
  new PublicationError(
    `Run ${run} was built on ${base ?? 'an empty lake'}, but ${current ?? 'no release'} is current now. ` +
      'Start a new execution; it will build only what is still missing.',
  )

const isSame = ({ slices, marts }: Candidate, former: Release | undefined): boolean =>
  isDeepStrictEqual({ slices, marts }, { slices: former?.slices ?? {}, marts: former?.marts ?? {} })

function ingestionsOf(run: string): Publication['ingestions'] {
  const { names, refreshesDashboards } = environment()
  return (refreshesDashboards ? REFRESHED_VIEWS : []).map((view) => ({
    dataSetId: names.dataSet(view),
    ingestionId: `${run}-${view}`,
  }))
}

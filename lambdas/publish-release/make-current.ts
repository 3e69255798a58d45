import { publicViews } from '../../athena-views/index.ts'
import { LAKE } from '../../catalog/layout.ts'
import type { Release } from '../shared/documents.ts'
import { currentRelease, type PutCondition, putDocument } from '../shared/documents-store.ts'
import { PublicationError } from '../shared/errors.ts'
import { outcomeOf, restoreViews } from '../shared/replace-views.ts'
import { overtaken } from './overtaken.ts'

/** Writes the release and points to it. Where it can't become the current one, views show again what is current. */
export async function makeCurrent(published: Release, condition: PutCondition): Promise<void> {
  let cause: unknown
  try {
    await putDocument(LAKE.release(published.release), published)
    if (await putDocument(LAKE.current, { release: published.release }, condition)) return
  } catch (error) {
    cause = error
  }
  await giveWay(published, cause)
}

/** The pointer was moved meanwhile (by an attempt of this run: then all is well), or a put failed, or only its answer. */
async function giveWay({ release: run, previous }: Release, cause: unknown): Promise<void> {
  const current = await currentRelease().catch((error: Error) => {
    throw undecided(run, cause ?? error, error)
  })
  if (current?.release === run) return
  const left = await restoreViews(publicViews, current)
  const outcome = outcomeOf(left, current && `release ${current.release}`)
  if ((current?.release ?? null) !== previous || cause === undefined)
    throw overtaken({ run, base: previous }, current?.release ?? null, outcome)
  throw new PublicationError(
    `Run ${run} could not be made the current release: ${messageOf(cause)}. ${outcome} ` +
      'Redrive the execution when the cause is mended.',
    { cause },
  )
}

/** The views stay as they are: a pointer that did move is never looked at again, one that did not is moved by the next night. */
const undecided = (run: string, cause: unknown, error: Error) =>
  new PublicationError(
    `Whether run ${run} is the current release is not known: ${messageOf(cause)}; then reading ${LAKE.current} failed ` +
      `too: ${error.message}. All views show this run. Redrive the execution when S3 answers: it publishes what is missing.`,
    { cause },
  )

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

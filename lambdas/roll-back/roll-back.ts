import { publicViews } from '../../athena-views/index.ts'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type Hold, hold, type Release, release } from '../shared/documents.ts'
import {
  currentRelease,
  findDocument,
  findStored,
  getDocument,
  putDocument,
} from '../shared/documents-store.ts'
import { InvalidInputError, PublicationError } from '../shared/errors.ts'
import { type Ingestion, ingestionsOf } from '../shared/ingestions.ts'
import type { RollbackRecord } from '../shared/maintenance-documents.ts'
import { outcomeOf, replaceViews, restoreViews } from '../shared/replace-views.ts'

interface Order {
  readonly run: string
  readonly execution: string
  readonly target: string
  readonly reason: string | null
}

interface RolledBack {
  readonly release: string
  readonly ingestions: readonly Ingestion[]
  readonly warnings: readonly string[]
}

/**
 * The hold first: were the views first, a night could publish what they were to go back from. Then the views, the record,
 * and the pointer last: until then all of it can be done again.
 */
export async function rollBack(order: Order): Promise<RolledBack> {
  const { run, target } = order
  const [next, pointer] = await Promise.all([
    getDocument(release, LAKE.release(target)),
    findStored(currentPointer, LAKE.current),
  ])
  if (next.vacuumed)
    throw new InvalidInputError(`${target} was vacuumed on ${next.vacuumed.at}: its files are gone.`)
  await holdPublication(order)
  const current = pointer?.document.release
  // An attempt whose answer was lost has done it.
  if (pointer && current !== undefined && current !== target) {
    await replaceViews(next, await getDocument(release, LAKE.release(current)))
    await movePointer(order, current, pointer.etag)
  }
  return { release: target, ingestions: ingestionsOf(run), warnings: martsWithoutView(next) }
}

async function holdPublication({ target, execution, reason }: Order): Promise<void> {
  const before = await findDocument(hold, LAKE.hold)
  if (before?.by === execution) return
  const held: Hold = { release: target, since: new Date().toISOString(), by: execution, reason }
  await putDocument(LAKE.hold, held)
}

async function movePointer(
  { run, execution, target, reason }: Order,
  from: string,
  etag: string,
): Promise<void> {
  const record: RollbackRecord = { run, execution, from, to: target, at: new Date().toISOString(), reason }
  let cause: unknown
  try {
    await putDocument(LAKE.rollback(run), record)
    if (await putDocument(LAKE.current, { release: target }, { ifMatch: etag })) return
  } catch (error) {
    cause = error
  }
  await giveWay(target, cause)
}

/** The pointer was moved meanwhile, or a put failed, or only its answer. Views show again what is current. */
async function giveWay(target: string, cause: unknown): Promise<void> {
  const current = await currentRelease().catch((error: Error) => {
    throw new PublicationError(
      `Whether ${target} is the current release is not known: ${error.message}. All views show it, and publication is held. ` +
        'Redrive this execution when S3 answers.',
      { cause: cause ?? error },
    )
  })
  if (current?.release === target) return
  const left = await restoreViews(publicViews, current)
  const why = cause instanceof Error ? cause.message : 'another release has become current'
  throw new PublicationError(
    `${target} could not be made the current release: ${why}. ${outcomeOf(left, current && `release ${current.release}`)} ` +
      'Publication stays held. Redrive this execution when the cause is mended, or resume.',
    { cause },
  )
}

/** A mart that is defined no more can't be shown, though its rows are there. */
const martsWithoutView = ({ release: name, marts }: Release): string[] =>
  Object.keys(marts)
    .filter((mart) => !publicViews.some((view) => view.name === mart))
    .map((mart) => `${mart} of ${name} has no view, because it is defined no more.`)

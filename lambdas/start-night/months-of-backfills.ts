import { LAKE, RUN_PREFIXES } from '../../catalog/layout.ts'
import { findDocument } from '../shared/documents-store.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { listExecutions, spelled } from '../shared/executions.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { listing } from '../shared/listing.ts'
import { backfillOrder } from '../shared/maintenance-documents.ts'
import { runOf } from '../shared/run-id.ts'

/**
 * The months that backfills are working on. A night leaves them alone: it would do the same work once more, and publish a
 * part of what a backfill publishes as a whole.
 */
export async function monthsOfBackfills(
  asked: readonly string[] | null,
  ownBackfill: string | null,
): Promise<string[]> {
  const running = await listExecutions('backfill', 'RUNNING')
  const found = await inParallel(running, 4, async (execution) => {
    const run = runOf(`${RUN_PREFIXES.backfill}${execution.name}`)
    // One that has only just started has no order yet, and waits for this night.
    const order =
      run === ownBackfill ? undefined : await findDocument(backfillOrder, LAKE.run(run, 'backfill'))
    return (order?.months ?? []).map((month) => ({ month, execution }))
  })
  const theirs = found.flat().filter(({ month }) => asked?.includes(month))
  const [first] = theirs
  if (first)
    throw new InvalidInputError(
      `${listing(theirs.map(({ month }) => month))}: being backfilled by ${spelled(first.execution)}, which publishes them. ` +
        'Wait for its end, or ask for other months.',
    )
  return [...new Set(found.flat().map(({ month }) => month))].sort()
}

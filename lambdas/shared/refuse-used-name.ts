import { LAKE } from '../../catalog/layout.ts'
import { runRecord } from './documents.ts'
import { findDocument } from './documents-store.ts'
import { InvalidInputError } from './errors.ts'
import { isSameInstant } from './same-instant.ts'

/**
 * Versions are named after the run and are immutable, but Step Functions lets a name be used again after 90 days, and two
 * names can differ only in what a run's name leaves out.
 */
export async function refuseUsedName(run: string, startedAt: string): Promise<void> {
  const record = await findDocument(runRecord, LAKE.run(run, 'run'))
  if (record && !isSameInstant(record.startedAt, startedAt))
    throw new InvalidInputError(
      `Run ${run} is taken: it was recorded on ${record.startedAt}. Start the execution under another name.`,
    )
}

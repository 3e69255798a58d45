import { LAKE } from '../../catalog/layout.ts'
import { auditRun, type RunEnd } from './audit-run.ts'
import { putDocument } from './documents-store.ts'

/** Records the end of a run: its rows in the audit, then its document, so that what has a document has rows. */
export async function recordEnd(end: RunEnd): Promise<void> {
  await auditRun(end)
  if (!end.isOthers) await putDocument(LAKE.run(end.record.run, 'run'), end.record)
}

import path from 'node:path'
import { LAKE } from '../../catalog/layout.ts'
import { runRecord } from '../../lambdas/shared/documents.ts'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { EXIT } from './exit-codes.ts'
import type { Lake } from './open-lake.ts'
import { exitCodeOf, reportEnd } from './report-end.ts'
import { printSummary } from './summary.ts'

/** Says how a night has ended, what it did, and what the data now say; gives the exit code. */
export async function reportNight(
  lake: Lake,
  record: ExecutionRecord,
  ms: number,
  say: (text: string) => void,
): Promise<number> {
  reportEnd(lake, record, ms, say)
  if (record.error?.name === 'InvalidInputError' || record.error?.name === 'States.TaskFailed')
    say(
      `Raw files lie below ${path.relative('.', lake.platform.objects.bucketPath(lake.platform.names.rawBucket))}: ` +
        'delete a bad one there, or replace it by "npm start -- --raw <a good file of the same name>".',
    )
  const night = await lake.document(LAKE.run(record.name, 'run'), runRecord)
  await printSummary(lake, record, night, say)
  return night?.setAside.length && record.status === 'SUCCEEDED' ? EXIT.setAside : exitCodeOf(record)
}

import { LAKE } from '../../catalog/layout.ts'
import type { Verdicts } from '../shared/documents.ts'
import { putDocument } from '../shared/documents-store.ts'
import type { Overrides } from '../shared/thresholds.ts'
import { haltWhereAsked } from '../shared/verdicts.ts'
import { crawledColumns } from './crawled-columns.ts'
import { columnVerdict, keyVerdicts } from './partition-key-rules.ts'
import { readProfile } from './read-profile.ts'

interface Night {
  readonly run: string
  readonly startedAt: string
  readonly profile: { readonly runId: string }
}

/** Records the verdicts on the partition key with their figures; throws where one of them halts. */
export async function gatePartitionKey(
  { run, startedAt, profile }: Night,
  thresholds: Overrides,
): Promise<Verdicts> {
  const [profiled, columns] = await Promise.all([readProfile(profile.runId, startedAt), crawledColumns()])
  const verdicts = [...keyVerdicts(profiled, thresholds), columnVerdict(columns)]
  const document = { subject: 'partition key category_id', verdicts }
  await putDocument(LAKE.run(run, 'partition-key'), document)
  haltWhereAsked(document.subject, verdicts)
  return document
}

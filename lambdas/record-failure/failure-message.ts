import type { RunRecord } from '../shared/documents.ts'
import { listing } from '../shared/listing.ts'
import { type Notification, notification } from '../shared/notification.ts'

/** What whoever is called at night reads: what failed, why, what analysts see now, where to look. */
export const failureMessage = (
  { run, slices, martsBuilt, warnings }: RunRecord,
  error: { readonly name: string; readonly cause: string },
  { environment, execution }: { readonly environment: string; readonly execution: string },
): Notification =>
  notification(`[${environment}] Lakehouse night FAILED: ${error.name}`, [
    `${error.name}: ${error.cause}`,
    '',
    'Analysts see the release that was current before, unless the message says otherwise.',
    `Run ${run} had curated ${slices.length} slices and built ${martsBuilt} mart months.`,
    `Execution: ${execution}`,
    ...(warnings.length > 0 ? ['Warnings:', `- ${listing(warnings, 10, '\n- ')}`] : []),
  ])

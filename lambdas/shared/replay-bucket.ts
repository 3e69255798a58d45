import { environment } from './environment.ts'
import type { ReplayOrder } from './replay-documents.ts'

/** Where a replay reads. The second copy is named by the functions that may read it alone. */
export const replayBucket = ({ source }: Pick<ReplayOrder, 'source'>): string => {
  if (source === 'raw') return environment().rawBucket
  const bucket = process.env.BACKUP_BUCKET
  if (!bucket) throw new Error("The function's environment is incomplete: BACKUP_BUCKET is missing")
  return bucket
}

import { z } from 'zod'

const response = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
})

/**
 * How many records at the head of a batch a function's answer says are done. Without answers of that kind, or with an
 * empty one, all are; an answer that can't be read, or that names a record which was not sent, fails the batch.
 */
export function recordsDone(
  sequenceNumbers: readonly string[],
  answer: unknown,
  reportsFailures: boolean,
): number {
  if (!reportsFailures || answer === null || answer === undefined || answer === '')
    return sequenceNumbers.length
  const parsed = response.safeParse(answer)
  if (!parsed.success) return 0
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    sequenceNumbers.indexOf(itemIdentifier),
  )
  if (failed.length === 0) return sequenceNumbers.length
  // The lowest one is the checkpoint: what comes behind it is sent again, done or not.
  return Math.max(0, Math.min(...failed))
}

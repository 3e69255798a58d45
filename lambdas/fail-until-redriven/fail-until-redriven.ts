import { LAKE } from '../../catalog/layout.ts'
import { describeCause } from '../shared/describe-cause.ts'
import { reportedFailure } from '../shared/documents.ts'
import { findDocument, putDocument } from '../shared/documents-store.ts'
import { CrawlFailedError, IngestionFailedError, QueryFailedError } from '../shared/errors.ts'

const CLASSES = { CrawlFailedError, IngestionFailedError, QueryFailedError } as const

type Name = keyof typeof CLASSES
export const ERRORS = Object.keys(CLASSES) as [Name, ...Name[]]

interface Failure {
  readonly run: string
  readonly what: string
  readonly error: Name
  readonly caught?: string | undefined
  readonly cause: string
}

/**
 * A Task is done again when its execution is redriven, with the same input. So a document remembers that the failure was
 * thrown: the next call for it is the redrive's, and the one after that is another failure.
 */
export async function failUntilRedriven({ run, what, error, caught, cause }: Failure): Promise<object> {
  const key = LAKE.run(run, `${what}.failure`)
  const before = await findDocument(reportedFailure, key)
  const isRedriven = before?.isThrown ?? false
  const words = describeCause(cause)
  const told =
    caught === undefined ? words : `${what} failed at every attempt, at last with ${caught}: ${words}`
  await putDocument(key, { error, cause: told, at: new Date().toISOString(), isThrown: !isRedriven })
  if (isRedriven) return {}
  throw new CLASSES[error](told)
}

import { AwsError } from '../../registry.ts'
import { etagMatches } from '../../s3/etag.ts'
import type { ListedObject } from '../../s3/list-objects.ts'
import type { Condition } from '../../s3/object-store.ts'
import { header, type S3Request } from './s3-request.ts'

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000)

const failed = () =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)

/** The outcome of a read's `If-…` headers: false where the client's copy is still good. */
const holds = (s3: S3Request, prefix: string, { etag, lastModified }: ListedObject): boolean => {
  const given = (name: string) => header(s3, prefix + name)
  const [ifMatch, unmodifiedSince] = [given('if-match'), given('if-unmodified-since')]
  const hasFailed =
    ifMatch === undefined
      ? unmodifiedSince !== undefined && seconds(lastModified) > seconds(new Date(unmodifiedSince))
      : !etagMatches(ifMatch, etag)
  if (hasFailed) throw failed()
  const [ifNoneMatch, since] = [given('if-none-match'), given('if-modified-since')]
  return ifNoneMatch === undefined
    ? since === undefined || seconds(lastModified) > seconds(new Date(since))
    : !etagMatches(ifNoneMatch, etag)
}

/** Whether the client's copy is still good (304); throws where the object is not the one that it wants. */
export const isNotModified = (s3: S3Request, object: ListedObject): boolean => !holds(s3, '', object)

/** Of a copy: the object that it reads has to be the one that the client wants. */
export const checkCopySource = (s3: S3Request, object: ListedObject): void => {
  if (!holds(s3, 'x-amz-copy-source-', object)) throw failed()
}

/** The condition of a write. */
export const conditionOf = (s3: S3Request): Condition => {
  const ifNoneMatch = header(s3, 'if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw new AwsError('NotImplemented', 'If-None-Match takes only "*" in a write', 501)
  return { ifNoneMatch, ifMatch: header(s3, 'if-match') }
}

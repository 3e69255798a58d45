import { AwsError } from '../../registry.ts'
import type { ObjectStore, OpenObject } from '../../s3/object-store.ts'
import { checkCopySource } from './conditions.ts'
import { header, type S3Request } from './s3-request.ts'

const invalid = (given: string) =>
  new AwsError(
    'InvalidArgument',
    `Copy Source must mention the source bucket and key: sourcebucket/sourcekey, not ${given}`,
  )

/** The object that `x-amz-copy-source` names (`/bucket/key`, percent-encoded), if its conditions hold. */
export const openCopySource = async (objects: ObjectStore, s3: S3Request): Promise<OpenObject> => {
  const given = header(s3, 'x-amz-copy-source') ?? ''
  const [path = '', version] = given.split(/\?versionId=(.*)$/)
  let source: string
  try {
    source = decodeURIComponent(path).replace(/^\//, '')
  } catch {
    throw invalid(given)
  }
  const [, bucket, key] = /^([^/]+)\/(.+)$/s.exec(source) ?? []
  if (bucket === undefined || key === undefined) throw invalid(given)
  if (version !== undefined && version !== 'null')
    throw new AwsError('NoSuchVersion', `The lake keeps no former versions: ${given}`, 404)
  const opened = await objects.open(bucket, key)
  try {
    checkCopySource(s3, opened.object)
  } catch (error) {
    await opened.close()
    throw error
  }
  return opened
}

import type { ObjectStore } from '../../s3/object-store.ts'
import { type S3Request, sendXml } from './s3-request.ts'

/** Objects have no tags here; clients that copy large ones ask all the same. */
export const getObjectTagging = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  await objects.head(s3.bucket, s3.key)
  sendXml(s3, 'Tagging', { TagSet: {} })
}

import type { ObjectStore } from '../../s3/object-store.ts'
import { pageSize } from './list-objects.ts'
import { type S3Request, sendXml } from './s3-request.ts'

export const listBuckets = async (objects: ObjectStore, s3: S3Request, region: string): Promise<void> => {
  const [prefix, after] = [s3.query.get('prefix') ?? '', s3.query.get('continuation-token') ?? '']
  const max = pageSize(s3, 'max-buckets')
  const found = objects.buckets().filter(({ name }) => name.startsWith(prefix) && name > after)
  const page = found.slice(0, max)
  sendXml(s3, 'ListAllMyBucketsResult', {
    Owner: { ID: 'local', DisplayName: 'local' },
    Buckets: {
      Bucket: page.map(({ name, created }) => ({
        Name: name,
        CreationDate: created.toISOString(),
        BucketRegion: region,
      })),
    },
    ...(prefix && { Prefix: prefix }),
    ...(found.length > page.length && { ContinuationToken: page.at(-1)?.name ?? '' }),
  })
}

export const headBucket = async (objects: ObjectStore, s3: S3Request, region: string): Promise<void> => {
  objects.requireBucket(s3.bucket)
  s3.response.writeHead(200, { 'x-amz-bucket-region': region }).end()
}

/** The oldest region has no name here, as in S3. */
export const getBucketLocation = async (
  objects: ObjectStore,
  s3: S3Request,
  region: string,
): Promise<void> => {
  objects.requireBucket(s3.bucket)
  sendXml(s3, 'LocationConstraint', region === 'us-east-1' ? {} : { '#text': region })
}

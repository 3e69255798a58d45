import { AwsError } from '../../registry.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { type S3Request, sendXml } from './s3-request.ts'

const PAGE = 1000

const pageSize = (text: string | null): number => {
  if (text === null) return PAGE
  if (!/^\d+$/.test(text))
    throw new AwsError('InvalidArgument', `Argument max-keys must be an integer between 0 and ${2 ** 31 - 1}`)
  return Math.min(Number(text), PAGE)
}

/** The continuation token is the place to go on from, wrapped so that nobody takes it for a key. */
const toToken = (after: string): string => Buffer.from(after).toString('base64url')
const fromToken = (token: string): string => Buffer.from(token, 'base64url').toString()

export const listObjectsV2 = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { bucket, query } = s3
  const [prefix, delimiter, token] = [
    query.get('prefix') ?? '',
    query.get('delimiter'),
    query.get('continuation-token'),
  ]
  const startAfter = query.get('start-after')
  const max = pageSize(query.get('max-keys'))
  const encode = (text: string) =>
    query.get('encoding-type') === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text
  const page = await objects.list(bucket, prefix, {
    max,
    delimiter: delimiter ?? undefined,
    startAfter: token === null ? (startAfter ?? undefined) : fromToken(token),
  })
  sendXml(s3, 'ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    ...(delimiter === null ? {} : { Delimiter: encode(delimiter) }),
    ...(startAfter === null ? {} : { StartAfter: encode(startAfter) }),
    ...(token === null ? {} : { ContinuationToken: token }),
    ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    MaxKeys: max,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: max > 0 && page.next !== undefined,
    ...(max === 0 || page.next === undefined ? {} : { NextContinuationToken: toToken(page.next) }),
    Contents: page.objects.map(({ key, size, etag, lastModified }) => ({
      Key: encode(key),
      LastModified: lastModified.toISOString(),
      ETag: etag,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  })
}

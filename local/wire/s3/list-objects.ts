import { AwsError } from '../../registry.ts'
import { compareKeys } from '../../s3/compare-keys.ts'
import { BEHIND_PREFIX, type Listing } from '../../s3/list-objects.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { type S3Request, sendXml } from './s3-request.ts'

const PAGE = 1000

/** The number that a query asks for, at most what S3 gives on one page. */
export const pageSize = ({ query }: S3Request, name: string): number => {
  const text = query.get(name)
  if (text === null) return PAGE
  if (!/^\d+$/.test(text))
    throw new AwsError('InvalidArgument', `Argument ${name} must be an integer between 0 and ${2 ** 31 - 1}`)
  return Math.min(Number(text), PAGE)
}

/** The spelling of keys in an answer: as they are, or percent-encoded for what XML can't hold. */
export const keyEncoder = ({ query }: S3Request): ((key: string) => string) =>
  query.get('encoding-type') === 'url'
    ? (key) => encodeURIComponent(key).replaceAll('%2F', '/')
    : (key) => key

/** What both versions of the listing answer. */
const common = (s3: S3Request, page: Listing) => {
  const encode = keyEncoder(s3)
  const delimiter = s3.query.get('delimiter')
  const Owner = { ID: 'local', DisplayName: 'local' }
  const isOwned = s3.query.get('list-type') !== '2' || s3.query.get('fetch-owner') === 'true'
  const head = {
    Name: s3.bucket,
    Prefix: encode(s3.query.get('prefix') ?? ''),
    ...(delimiter === null ? {} : { Delimiter: encode(delimiter) }),
    ...(s3.query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    MaxKeys: pageSize(s3, 'max-keys'),
    IsTruncated: page.next !== undefined,
  }
  const tail = {
    Contents: page.objects.map(({ key, size, etag, lastModified }) => ({
      Key: encode(key),
      LastModified: lastModified.toISOString(),
      ETag: etag,
      Size: size,
      StorageClass: 'STANDARD',
      ...(isOwned && { Owner }),
    })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  }
  return { head, tail }
}

const list = async (
  objects: ObjectStore,
  s3: S3Request,
  startAfter: string | undefined,
): Promise<Listing> => {
  const { bucket, query } = s3
  const max = pageSize(s3, 'max-keys')
  const options = { max, delimiter: query.get('delimiter') ?? undefined, startAfter }
  const page = await objects.list(bucket, query.get('prefix') ?? '', options)
  // Who asks for nothing gets nothing, and no next page of it.
  return max > 0 ? page : { objects: [], commonPrefixes: [] }
}

/** The continuation token is the place to go on from, wrapped so that nobody takes it for a key. */
const toToken = (after: string): string => Buffer.from(after).toString('base64url')
const fromToken = (token: string): string => Buffer.from(token, 'base64url').toString()

export const listObjectsV2 = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { query } = s3
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const page = await list(objects, s3, token === null ? (startAfter ?? undefined) : fromToken(token))
  const { head, tail } = common(s3, page)
  sendXml(s3, 'ListBucketResult', {
    ...head,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    ...(startAfter === null ? {} : { StartAfter: keyEncoder(s3)(startAfter) }),
    ...(token === null ? {} : { ContinuationToken: token }),
    ...(page.next === undefined ? {} : { NextContinuationToken: toToken(page.next) }),
    ...tail,
  })
}

/** The first version, for clients that still speak it: pages begin behind a marker, which is a key or a common prefix. */
export const listObjects = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { query } = s3
  const marker = query.get('marker') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const isPrefix = delimiter !== '' && marker.endsWith(delimiter)
  const page = await list(objects, s3, isPrefix ? marker + BEHIND_PREFIX : marker)
  const { head, tail } = common(s3, page)
  const last = [...page.objects.map(({ key }) => key), ...page.commonPrefixes].sort(compareKeys).at(-1)
  const encode = keyEncoder(s3)
  sendXml(s3, 'ListBucketResult', {
    ...head,
    Marker: encode(marker),
    // As in S3: without a delimiter, the last key is the next marker.
    ...(page.next === undefined || delimiter === '' ? {} : { NextMarker: encode(last ?? '') }),
    ...tail,
  })
}

import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { Bucket, OTHER_BUCKET, openS3, raw } from './open-s3.ts'

test('a put object is read back with its type, length and ETag', async () => {
  const { s3, objects } = await openS3()
  const Key = 'a b/ü+%.json'
  const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{"x":1}' }))
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }))
  expect(await got.Body?.transformToString()).toBe('{"x":1}')
  expect(got).toMatchObject({ ETag: put.ETag, ContentLength: 7, ContentType: 'application/json' })
  expect(got.LastModified).toBeInstanceOf(Date)
  expect(await objects.text(Bucket, Key)).toBe('{"x":1}')
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key }))
  expect(head).toMatchObject({ ETag: put.ETag, ContentLength: 7 })
})

test('ranges give parts, and one beyond the end is an error', async () => {
  const { s3 } = await openS3()
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '0123456789' }))
  const part = async (Range: string) => {
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range }))
    return [await got.Body?.transformToString(), got.ContentRange]
  }
  expect(await part('bytes=2-4')).toEqual(['234', 'bytes 2-4/10'])
  expect(await part('bytes=7-')).toEqual(['789', 'bytes 7-9/10'])
  expect(await part('bytes=-3')).toEqual(['789', 'bytes 7-9/10'])
  expect(await part('bytes=8-99')).toEqual(['89', 'bytes 8-9/10'])
  await expect(part('bytes=10-')).rejects.toMatchObject({
    name: 'InvalidRange',
    $metadata: { httpStatusCode: 416 },
  })
})

test('conditional reads', async () => {
  const { s3 } = await openS3()
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
  const get = (condition: object) => s3.send(new GetObjectCommand({ Bucket, Key: 'a', ...condition }))
  const [past, future] = [new Date(0), new Date('2100-01-01')]
  await get({ IfMatch: ETag })
  await get({ IfNoneMatch: '"other"' })
  await get({ IfModifiedSince: past })
  await get({ IfUnmodifiedSince: future })
  const status = (code: number) => ({ $metadata: { httpStatusCode: code } })
  await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    ...status(412),
  })
  await expect(get({ IfUnmodifiedSince: past })).rejects.toMatchObject(status(412))
  await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject(status(304))
  await expect(get({ IfModifiedSince: future })).rejects.toMatchObject(status(304))
})

test('conditional writes: one of two wins', async () => {
  const { s3 } = await openS3()
  const put = (condition: object) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...condition }))
  const { ETag } = await put({ IfNoneMatch: '*' })
  await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await put({ IfMatch: ETag })
  await expect(put({ IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(put({ IfNoneMatch: '"tag"' })).rejects.toMatchObject({ name: 'NotImplemented' })
})

test('what is not there has the names that S3 gives', async () => {
  const { s3 } = await openS3()
  const get = (bucket: string) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'none' }))
  await expect(get(Bucket)).rejects.toMatchObject({ name: 'NoSuchKey' })
  await expect(get('none-such')).rejects.toMatchObject({ name: 'NoSuchBucket' })
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NotFound',
  })
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'none-such' }))).rejects.toMatchObject({
    name: 'NotFound',
  })
  expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1')
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'none' }))
})

test('what is not emulated says so with its name', async () => {
  const { s3, endpoint } = await openS3()
  await expect(s3.send(new GetObjectAclCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('?acl'),
    $metadata: { httpStatusCode: 501 },
  })
  expect((await raw(endpoint, 'GET', `/${Bucket}?versioning`)).status).toBe(501)
  expect((await raw(endpoint, 'PUT', `/${Bucket}/a?tagging`, {}, '<Tagging/>')).status).toBe(501)
  expect((await raw(endpoint, 'PATCH', `/${Bucket}/a`)).status).toBe(501)
  expect((await raw(endpoint, 'POST', `/${Bucket}/a`)).status).toBe(501)
})

test('buckets are listed, and say where they are', async () => {
  const { s3 } = await openS3()
  const { Buckets, Owner } = await s3.send(new ListBucketsCommand({}))
  expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket, OTHER_BUCKET])
  expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date)
  expect(Owner?.ID).toBe('local')
  const first = await s3.send(new ListBucketsCommand({ MaxBuckets: 1 }))
  expect(first).toMatchObject({ Buckets: [{ Name: Bucket }], ContinuationToken: expect.any(String) })
  const { ContinuationToken } = first
  const second = await s3.send(new ListBucketsCommand({ MaxBuckets: 1, ContinuationToken }))
  expect(second.Buckets).toMatchObject([{ Name: OTHER_BUCKET }])
  expect(second.ContinuationToken).toBeUndefined()
  expect((await s3.send(new ListBucketsCommand({ Prefix: 'other' }))).Buckets).toHaveLength(1)
  expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1')
  await expect(s3.send(new GetBucketLocationCommand({ Bucket: 'none-such' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  })
})

test('what a link asks of the answer is done, and is not said of an error', async () => {
  const { endpoint, s3 } = await openS3()
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
  const query =
    'response-content-type=text%2Fcsv&response-content-disposition=attachment%3B%20filename%3Dx.csv'
  const answer = await raw(endpoint, 'GET', `/${Bucket}/a?${query}`)
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename=x.csv' },
  })
  const refused = await raw(
    endpoint,
    'GET',
    `/${Bucket}/a?response-expires=a%0Ab&response-content-encoding=gzip`,
  )
  expect(refused.status).toBe(500)
  expect(refused.headers).not.toHaveProperty('content-encoding')
  expect(refused.text).toContain('<RequestId>')
})

test('an object has one part, one version and no tags', async () => {
  const { s3 } = await openS3()
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '0123' }))
  const get = (more: object) => s3.send(new GetObjectCommand({ Bucket, Key: 'a', ...more }))
  expect(await get({ PartNumber: 1 })).toMatchObject({ ContentRange: 'bytes 0-3/4', ContentLength: 4 })
  await expect(get({ PartNumber: 2 })).rejects.toMatchObject({ name: 'InvalidPartNumber' })
  expect((await get({ VersionId: 'null' })).ContentLength).toBe(4)
  await expect(get({ VersionId: 'other' })).rejects.toMatchObject({ name: 'NoSuchVersion' })
  expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet ?? []).toEqual([])
})

test('a path can not leave the bucket', async () => {
  const { endpoint } = await openS3()
  for (const path of [
    `/${Bucket}/../../secret`,
    `/${Bucket}/%2e%2e/secret`,
    `/${Bucket}/a%2f..%2f..%2fb`,
    '/../x',
  ])
    expect((await raw(endpoint, 'GET', path)).status).toBe(400)
  expect((await raw(endpoint, 'GET', `/${Bucket}/%zz`)).text).toContain('InvalidURI')
})

test('a malformed list of keys or parts is refused', async () => {
  const { endpoint, s3 } = await openS3()
  const none = await raw(endpoint, 'POST', `/${Bucket}?delete`, {}, '<Delete></Delete>')
  expect(none.text).toContain('MalformedXML')
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }))
  const parts = await raw(endpoint, 'POST', `/${Bucket}/a?uploadId=${UploadId}`, {}, 'no xml')
  expect(parts.text).toContain('MalformedXML')
  expect((await raw(endpoint, 'GET', `/${Bucket}?list-type=2&max-keys=x`)).text).toContain('InvalidArgument')
})

import { request } from 'node:http'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { expect, onTestFinished, test } from 'vitest'
import { Registry } from '../../../../local/registry.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { WireDoor } from '../../../../local/wire/door.ts'
import { clientConfig, randomFrom, temporaryFolder } from '../temporary-platform.ts'

const Bucket = 'lake-bucket'

const openDoor = async () => {
  const objects = new ObjectStore(temporaryFolder(), [Bucket])
  const door = new WireDoor(new Registry(), objects, 'eu-west-1')
  const endpoint = await door.open()
  const s3 = new S3Client({ ...clientConfig({ endpoint }), forcePathStyle: true })
  onTestFinished(async () => {
    s3.destroy()
    await door.close()
  })
  return { objects, endpoint, s3 }
}

/** A request that no SDK would send. */
const raw = (
  endpoint: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
) =>
  new Promise<{ status: number; text: string }>((done, fail) => {
    const sent = request(`${endpoint}`, { method, path, headers }, (response) => {
      let text = ''
      response
        .on('data', (chunk) => (text += chunk))
        .on('end', () => done({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', fail).end(body)
  })

test('a put object is read back with its type, length and ETag', async () => {
  const { s3, objects } = await openDoor()
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

test('a stream of unknown length arrives whole, with the checksum that the SDK sends behind it', async () => {
  const { s3, objects } = await openDoor()
  const bytes = Buffer.alloc(3_000_000, 'lake')
  const Body = Readable.from([
    bytes.subarray(0, 10),
    bytes.subarray(10, 2_000_000),
    bytes.subarray(2_000_000),
  ])
  await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }))
  expect(await objects.text(Bucket, 'stream')).toBe(bytes.toString())
})

test('a body that is not what its checksum says leaves nothing', async () => {
  const { endpoint, objects } = await openDoor()
  const wrong = [{ 'x-amz-checksum-crc32': 'AAAAAA==' }, { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }]
  for (const headers of wrong) {
    const answer = await raw(
      endpoint,
      'PUT',
      `/${Bucket}/a`,
      { ...headers, 'content-length': '5' } as never,
      'hello',
    )
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('<Code>BadDigest</Code>') })
  }
  const cut = {
    'x-amz-decoded-content-length': '9',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  }
  const answer = await raw(endpoint, 'PUT', `/${Bucket}/a`, cut, '5\r\nhello\r\n0\r\n\r\n')
  expect(answer.text).toContain('<Code>IncompleteBody</Code>')
  expect(await objects.text(Bucket, 'a')).toBeUndefined()
})

test('ranges give parts, and one beyond the end is an error', async () => {
  const { s3 } = await openDoor()
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
  const { s3 } = await openDoor()
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
  const { s3 } = await openDoor()
  const put = (condition: object) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...condition }))
  const { ETag } = await put({ IfNoneMatch: '*' })
  await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await put({ IfMatch: ETag })
  await expect(put({ IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(put({ IfNoneMatch: '"tag"' })).rejects.toMatchObject({ name: 'NotImplemented' })
})

test('what is not there has the names that S3 gives', async () => {
  const { s3 } = await openDoor()
  const get = (bucket: string) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'none' }))
  await expect(get(Bucket)).rejects.toMatchObject({ name: 'NoSuchKey' })
  await expect(get('other-bucket')).rejects.toMatchObject({ name: 'NoSuchBucket' })
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NotFound',
  })
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'other-bucket' }))).rejects.toMatchObject({
    name: 'NotFound',
  })
  expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1')
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'none' }))
})

test('listings page through all keys, with prefixes, delimiters and encoded names', async () => {
  const { s3, objects } = await openDoor()
  const keys = ['a/1', 'a/2', 'b&<c>/1', 'd e', 'é']
  for (const key of keys) await objects.put(Bucket, key, key)
  const found: (string | undefined)[] = []
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, MaxKeys: 2 }))
    for (const { Key } of page.Contents ?? []) found.push(Key)
  expect(found).toEqual(keys)
  const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', StartAfter: 'a/2' }))
  expect(folders.CommonPrefixes).toEqual([{ Prefix: 'b&<c>/' }])
  expect(folders).toMatchObject({ KeyCount: 3, IsTruncated: false, Delimiter: '/' })
  const encoded = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'd', EncodingType: 'url' }))
  expect(encoded.Contents?.[0]?.Key).toBe('d%20e')
  expect((await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).IsTruncated).toBe(false)
})

test('objects are copied and deleted, one or many', async () => {
  const { s3, objects } = await openDoor()
  await objects.put(Bucket, 'a b', 'x')
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `/${Bucket}/a%20b` }))
  expect(copied.CopyObjectResult?.ETag).toBe((await objects.head(Bucket, 'copy')).etag)
  const Objects = [{ Key: 'a b' }, { Key: 'none' }, { Key: '../out' }]
  const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(deleted.Deleted).toEqual([{ Key: 'a b' }, { Key: 'none' }])
  expect(deleted.Errors).toMatchObject([{ Key: '../out', Code: 'InvalidArgument' }])
  const quiet = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'copy' }], Quiet: true } }),
  )
  expect(quiet.Deleted).toBeUndefined()
  expect((await objects.list(Bucket)).objects).toEqual([])
})

test('a large upload comes together from its parts', async () => {
  const { s3, objects } = await openDoor()
  const random = randomFrom(4)
  const Body = Buffer.from(Array.from({ length: 11_000_000 }, () => Math.floor(random() * 95) + 32))
  await new Upload({ client: s3, params: { Bucket, Key: 'big', Body }, partSize: 5 * 2 ** 20 }).done()
  expect(await objects.text(Bucket, 'big')).toBe(Body.toString())
})

test('a multipart upload checks its parts, and an aborted one leaves nothing', async () => {
  const { s3, objects } = await openDoor()
  const upload = { Bucket, Key: 'parts' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const send = (PartNumber: number, Body: string) =>
    s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body }))
  const [two, one] = [await send(2, 'b'), await send(1, 'a')]
  const complete = (Parts: object[]) =>
    s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }))
  const [first, second] = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ]
  await expect(complete([second, first])).rejects.toMatchObject({ name: 'InvalidPartOrder' })
  await expect(complete([first, { PartNumber: 3, ETag: one.ETag }])).rejects.toMatchObject({
    name: 'InvalidPart',
  })
  await expect(complete([{ PartNumber: 1, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' })
  await expect(send(0, 'x')).rejects.toMatchObject({ name: 'InvalidArgument' })
  await complete([first, second])
  expect(await objects.text(Bucket, 'parts')).toBe('ab')
  await expect(send(3, 'x')).rejects.toMatchObject({ name: 'NoSuchUpload' })

  const again = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'gone' }))
  const abort = new AbortMultipartUploadCommand({ Bucket, Key: 'gone', UploadId: again.UploadId })
  await s3.send(abort)
  await expect(s3.send(abort)).rejects.toMatchObject({ name: 'NoSuchUpload' })
  const outside = { Bucket, Key: 'x', UploadId: '../../x' }
  await expect(s3.send(new AbortMultipartUploadCommand(outside))).rejects.toMatchObject({
    name: 'NoSuchUpload',
  })
  expect((await objects.list(Bucket)).objects.map(({ key }) => key)).toEqual(['parts'])
})

test('what is not emulated says so with its name', async () => {
  const { s3, endpoint } = await openDoor()
  await expect(s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('tagging'),
    $metadata: { httpStatusCode: 501 },
  })
  expect((await raw(endpoint, 'GET', '/')).status).toBe(501)
  expect((await raw(endpoint, 'PATCH', `/${Bucket}/a`)).status).toBe(501)
  expect((await raw(endpoint, 'POST', `/${Bucket}/a`)).status).toBe(501)
})

test('a path can not leave the bucket', async () => {
  const { endpoint } = await openDoor()
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
  const { endpoint, s3 } = await openDoor()
  const none = await raw(endpoint, 'POST', `/${Bucket}?delete`, {}, '<Delete></Delete>')
  expect(none.text).toContain('MalformedXML')
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }))
  const parts = await raw(endpoint, 'POST', `/${Bucket}/a?uploadId=${UploadId}`, {}, 'no xml')
  expect(parts.text).toContain('MalformedXML')
  expect((await raw(endpoint, 'GET', `/${Bucket}?list-type=2&max-keys=x`)).text).toContain('InvalidArgument')
})

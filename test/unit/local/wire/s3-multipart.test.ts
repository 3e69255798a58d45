import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { expect, test, vi } from 'vitest'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { eventually } from '../../../eventually.ts'
import { randomFrom } from '../temporary-platform.ts'
import { Bucket, openS3 } from './open-s3.ts'

const SMALLEST = 5 * 2 ** 20

test('a large upload comes together from its parts', async () => {
  const { s3, objects } = await openS3()
  const random = randomFrom(4)
  const Body = Buffer.from(Array.from({ length: 11_000_000 }, () => Math.floor(random() * 95) + 32))
  await new Upload({ client: s3, params: { Bucket, Key: 'big', Body }, partSize: 5 * 2 ** 20 }).done()
  expect(await objects.text(Bucket, 'big')).toBe(Body.toString())
})

test('a multipart upload checks its parts, and an aborted one leaves nothing', async () => {
  const { s3, objects } = await openS3()
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
  await expect(complete([first, second])).rejects.toMatchObject({ name: 'EntityTooSmall' })
  const { ETag } = await send(1, 'a'.repeat(SMALLEST))
  await complete([{ PartNumber: 1, ETag }, second])
  expect(await objects.text(Bucket, 'parts')).toBe(`${'a'.repeat(SMALLEST)}b`)
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

test('parts and unfinished uploads are listed, page by page', async () => {
  const { s3 } = await openS3()
  const start = async (Key: string) =>
    (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId
  const ids = [await start('a b'), await start('a b'), await start('c')]
  const part = { Bucket, Key: 'a b', UploadId: ids[0] }
  for (const PartNumber of [2, 10, 1])
    await s3.send(new UploadPartCommand({ ...part, PartNumber, Body: 'x'.repeat(PartNumber) }))
  const first = await s3.send(new ListPartsCommand({ ...part, MaxParts: 2 }))
  expect(first.Parts).toMatchObject([
    { PartNumber: 1, Size: 1, ETag: expect.any(String), LastModified: expect.any(Date) },
    { PartNumber: 2, Size: 2 },
  ])
  expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' })
  const rest = await s3.send(new ListPartsCommand({ ...part, PartNumberMarker: '2' }))
  expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 10 }] })

  const found: (string | undefined)[] = []
  let page = await s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }))
  for (;;) {
    found.push(page.Uploads?.[0]?.UploadId)
    if (!page.IsTruncated) break
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page
    page = await s3.send(
      new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1, KeyMarker, UploadIdMarker }),
    )
  }
  expect(found).toEqual(ids)
  const keys = async (more: object) =>
    (await s3.send(new ListMultipartUploadsCommand({ Bucket, ...more }))).Uploads?.map(({ Key }) => Key)
  expect(await keys({ KeyMarker: 'a b' })).toEqual(['c'])
  expect(await keys({ Prefix: 'a', EncodingType: 'url' })).toEqual(['a%20b', 'a%20b'])
  await expect(s3.send(new ListMultipartUploadsCommand({ Bucket: 'none-such' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  })
})

/** An upload with one part. */
const oneParted = async ({ s3 }: Awaited<ReturnType<typeof openS3>>, Body = 'content') => {
  const upload = { Bucket, Key: 'one' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  return (more: object = {}) =>
    s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload, ...more }))
}

test('who asks for the end again, because the answer was lost, gets the same', async () => {
  const opened = await openS3()
  const complete = await oneParted(opened)
  const [first, second] = await Promise.all([complete(), complete()])
  expect(second.ETag).toBe(first.ETag)
  expect((await complete()).ETag).toBe(first.ETag)
  expect((await opened.objects.head(Bucket, 'one')).etag).toBe(first.ETag)
  expect((await opened.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined()
})

test('an upload makes an object only where none is, if asked to', async () => {
  const opened = await openS3()
  await opened.objects.put(Bucket, 'one', 'former')
  const complete = await oneParted(opened)
  await expect(complete({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  expect(await opened.objects.text(Bucket, 'one')).toBe('former')
  await complete()
  expect(await opened.objects.text(Bucket, 'one')).toBe('content')
})

test('putting a large object together takes its time: the client is kept waiting, and told of an error', async () => {
  const opened = await openS3()
  const complete = await oneParted(opened)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    let go = () => {}
    const slow = new Promise<void>((done) => {
      go = done
    })
    const adopt = vi.spyOn(ObjectStore.prototype, 'adopt').mockImplementation(async () => {
      await slow
      throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
    })
    const failed = complete()
    const outcome = expect(failed).rejects.toThrow('the disk is full')
    await eventually(() => adopt.mock.calls.length > 0)
    vi.advanceTimersByTime(25_000)
    go()
    await outcome
    adopt.mockRestore()
  } finally {
    vi.useRealTimers()
  }
  await complete()
  expect(await opened.objects.text(Bucket, 'one')).toBe('content')
})

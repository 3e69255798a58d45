import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  ListPartsCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { Bucket, OTHER_BUCKET, openS3 } from './open-s3.ts'

test('objects are copied and deleted, one or many', async () => {
  const { s3, objects } = await openS3()
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

test('a copy between buckets holds to its conditions', async () => {
  const { s3, objects } = await openS3()
  const { etag, lastModified } = await objects.put(OTHER_BUCKET, 'from', 'x')
  const copy = (more: object) =>
    s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${OTHER_BUCKET}/from`, ...more }))
  await copy({ CopySourceIfMatch: etag, IfNoneMatch: '*' })
  expect(await objects.text(Bucket, 'to')).toBe('x')
  const failed = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } }
  for (const condition of [
    { CopySourceIfMatch: '"other"' },
    { CopySourceIfNoneMatch: etag },
    { CopySourceIfModifiedSince: new Date(lastModified.getTime() + 60_000) },
    { CopySourceIfUnmodifiedSince: new Date(0) },
    { IfNoneMatch: '*' },
  ])
    await expect(copy(condition), JSON.stringify(condition)).rejects.toMatchObject(failed)
})

test.each([
  ['nothing', 'InvalidArgument'],
  ['%zz/x', 'InvalidArgument'],
  [`${OTHER_BUCKET}/none`, 'NoSuchKey'],
  [`${OTHER_BUCKET}/../x`, 'InvalidArgument'],
  ['none-such/x', 'NoSuchBucket'],
  [`${OTHER_BUCKET}/from?versionId=abc`, 'NoSuchVersion'],
])('a copy of %s is refused: %s', async (CopySource, name) => {
  const { s3, objects } = await openS3()
  await objects.put(OTHER_BUCKET, 'from', 'x')
  await expect(s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }))).rejects.toMatchObject({
    name,
  })
  expect((await objects.list(Bucket)).objects).toEqual([])
})

test('a part can be a range of another object, within its bounds', async () => {
  const { s3, objects } = await openS3()
  await objects.put(OTHER_BUCKET, 'from', '0123456789')
  const upload = { Bucket, Key: 'to' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const copy = (CopySourceRange: string | undefined) =>
    s3.send(
      new UploadPartCopyCommand({
        ...upload,
        UploadId,
        PartNumber: 1,
        CopySource: `${OTHER_BUCKET}/from`,
        CopySourceRange,
      }),
    )
  for (const range of ['bytes=0-10', 'bytes=5-', 'x'])
    await expect(copy(range)).rejects.toMatchObject({ name: 'InvalidArgument' })
  const { CopyPartResult } = await copy('bytes=2-4')
  const { Parts } = await s3.send(new ListPartsCommand({ ...upload, UploadId }))
  expect(Parts).toMatchObject([{ PartNumber: 1, Size: 3, ETag: CopyPartResult?.ETag }])
  await copy(undefined)
  expect((await s3.send(new ListPartsCommand({ ...upload, UploadId }))).Parts).toMatchObject([{ Size: 10 }])
})

import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { AwsError } from '../../registry.ts'
import { etagMatches, etagOf } from '../../s3/etag.ts'
import { checkKey } from '../../s3/key.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { writeFileAtomically } from '../../s3/write-file.ts'
import { readBody } from '../body.ts'
import { fromXml, listOf } from '../xml.ts'
import { objectBody } from './object-body.ts'
import { conditionOf } from './put-object.ts'
import { type S3Request, sendXml } from './s3-request.ts'

const parts = z
  .array(z.object({ PartNumber: z.coerce.number().int(), ETag: z.string() }))
  .min(1)
  .max(10_000)

/** The folder of an upload; its parts and `upload.json` lie there until it is completed or aborted. */
const uploadFolder = async (objects: ObjectStore, s3: S3Request): Promise<string> => {
  const id = s3.query.get('uploadId') ?? ''
  const missing = new AwsError('NoSuchUpload', `The specified multipart upload does not exist: ${id}`, 404)
  if (!z.uuid().safeParse(id).success) throw missing
  const folder = join(objects.staging, id)
  const owner = await readFile(join(folder, 'upload.json'), 'utf8').catch(() => {
    throw missing
  })
  if (owner !== JSON.stringify({ bucket: s3.bucket, key: s3.key })) throw missing
  return folder
}

export const createMultipartUpload = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { bucket, key } = s3
  await objects.list(bucket, '', { max: 1 })
  checkKey(key)
  const uploadId = randomUUID()
  const folder = join(objects.staging, uploadId)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'upload.json'), JSON.stringify({ bucket, key }))
  sendXml(s3, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId })
}

export const uploadPart = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const number = s3.query.get('partNumber') ?? ''
  if (!/^[1-9]\d{0,3}$|^10000$/.test(number))
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
  const folder = await uploadFolder(objects, s3)
  const path = join(folder, number)
  await writeFileAtomically(objectBody(s3.request), { staging: objects.staging, path, exclusive: false })
  s3.response.writeHead(200, { etag: etagOf(await stat(path, { bigint: true })) }).end()
}

const checkPart = async (path: string, number: number, etag: string): Promise<void> => {
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  if (!stats || !etagMatches(etag, etagOf(stats)))
    throw new AwsError('InvalidPart', `Part ${number} was not uploaded, or its ETag is another one`)
}

export const completeMultipartUpload = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const folder = await uploadFolder(objects, s3)
  const document = fromXml(await readBody(s3.request), 'CompleteMultipartUpload') as
    | { Part?: unknown }
    | undefined
  const parsed = parts.safeParse(listOf(document?.Part))
  if (!parsed.success) throw new AwsError('MalformedXML', 'CompleteMultipartUpload wants 1 to 10,000 parts')
  const condition = conditionOf(s3)
  let before = 0
  for (const { PartNumber, ETag } of parsed.data) {
    if (PartNumber <= before)
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order')
    before = PartNumber
    await checkPart(join(folder, String(PartNumber)), PartNumber, ETag)
  }
  const whole = join(folder, 'whole')
  await rm(whole, { force: true })
  for (const { PartNumber } of parsed.data)
    await pipeline(
      createReadStream(join(folder, String(PartNumber))),
      createWriteStream(whole, { flags: 'a' }),
    )
  const { etag } = await objects.adopt(s3.bucket, s3.key, whole, condition)
  await rm(folder, { recursive: true, force: true })
  sendXml(s3, 'CompleteMultipartUploadResult', { Bucket: s3.bucket, Key: s3.key, ETag: etag })
}

export const abortMultipartUpload = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  await rm(await uploadFolder(objects, s3), { recursive: true, force: true })
  s3.response.writeHead(204).end()
}

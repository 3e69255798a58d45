import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AwsError } from '../../registry.ts'
import { etagOf } from '../../s3/etag.ts'
import { checkKey } from '../../s3/key.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { header, type S3Request, sendXml } from './s3-request.ts'

/** `upload.json`: what is uploaded, and once it is completed the ETag that it got. */
const record = z.object({
  bucket: z.string(),
  key: z.string(),
  initiated: z.coerce.date(),
  etag: z.string().optional(),
})
export type UploadRecord = z.output<typeof record>

export interface Upload {
  readonly id: string
  /** Its parts lie there, each named by its number. */
  readonly folder: string
  readonly record: UploadRecord
}

export interface Part {
  readonly number: number
  readonly path: string
  readonly size: number
  readonly etag: string
  readonly lastModified: Date
}

const missing = (id: string) =>
  new AwsError('NoSuchUpload', `The specified multipart upload does not exist: ${id}`, 404)

export const readUpload = async (folder: string): Promise<UploadRecord | undefined> => {
  const text = await readFile(join(folder, 'upload.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : record.parse(JSON.parse(text))
}

export const writeUpload = async (folder: string, upload: UploadRecord): Promise<void> =>
  await writeFile(join(folder, 'upload.json'), JSON.stringify(upload))

/** The upload that a request names, completed or not; throws where there is none, or one of another object. */
export const anyUpload = async (objects: ObjectStore, s3: S3Request): Promise<Upload> => {
  const id = s3.query.get('uploadId') ?? ''
  if (!z.uuid().safeParse(id).success) throw missing(id)
  const folder = join(objects.staging, id)
  const found = await readUpload(folder)
  if (!found || found.bucket !== s3.bucket || found.key !== s3.key) throw missing(id)
  return { id, folder, record: found }
}

/** The upload that a request names, not yet completed. */
export const openUpload = async (objects: ObjectStore, s3: S3Request): Promise<Upload> => {
  const upload = await anyUpload(objects, s3)
  if (upload.record.etag !== undefined) throw missing(upload.id)
  return upload
}

export const findPart = async ({ folder }: Upload, number: number): Promise<Part | undefined> => {
  const path = join(folder, String(number))
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  return stats && { number, path, size: Number(stats.size), etag: etagOf(stats), lastModified: stats.mtime }
}

/** All parts, in the order of their numbers. */
export const partsOf = async (upload: Upload): Promise<Part[]> => {
  const names = (await readdir(upload.folder)).filter((name) => /^\d+$/.test(name))
  const parts = await Promise.all(names.map((name) => findPart(upload, Number(name))))
  return parts.filter((part) => part !== undefined).sort((a, b) => a.number - b.number)
}

export const createMultipartUpload = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { bucket, key } = s3
  objects.requireBucket(bucket)
  checkKey(key)
  const uploadId = randomUUID()
  const folder = join(objects.staging, uploadId)
  await mkdir(folder, { recursive: true })
  await writeUpload(folder, { bucket, key, initiated: new Date() })
  for (const name of ['x-amz-checksum-algorithm', 'x-amz-checksum-type']) {
    const value = header(s3, name)
    if (value !== undefined) s3.response.setHeader(name, value)
  }
  sendXml(s3, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId })
}

export const abortMultipartUpload = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  await rm((await openUpload(objects, s3)).folder, { recursive: true, force: true })
  s3.response.writeHead(204).end()
}

/** The uploads of a bucket that are neither completed nor aborted. */
export const uploadsOf = async (objects: ObjectStore, bucket: string): Promise<Upload[]> => {
  if (!existsSync(objects.staging)) return []
  const found = (await readdir(objects.staging)).map(async (id) => {
    const folder = join(objects.staging, id)
    const upload = await readUpload(folder)
    return upload?.bucket === bucket && upload.etag === undefined ? [{ id, folder, record: upload }] : []
  })
  return (await Promise.all(found)).flat()
}

import { z } from 'zod'
import { AwsError } from '../../registry.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { readBody } from '../body.ts'
import { asAwsError } from '../errors.ts'
import { fromXml, listOf } from '../xml.ts'
import { objectBody } from './object-body.ts'
import { type S3Request, sendXml } from './s3-request.ts'

const keys = z
  .array(z.object({ Key: z.string() }))
  .min(1)
  .max(1000)

export const deleteObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  await objects.remove(s3.bucket, s3.key)
  s3.response.writeHead(204).end()
}

export const deleteObjects = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const document = fromXml(await readBody(objectBody(s3.request).content), 'Delete') as
    | { Object?: unknown; Quiet?: string }
    | undefined
  const parsed = keys.safeParse(listOf(document?.Object))
  if (!parsed.success) throw new AwsError('MalformedXML', 'Delete wants 1 to 1,000 keys')
  const deleted: object[] = []
  const failed: object[] = []
  for (const { Key } of parsed.data) {
    try {
      await objects.remove(s3.bucket, Key)
      deleted.push({ Key })
    } catch (error) {
      const { code, message } = asAwsError(error)
      failed.push({ Key, Code: code, Message: message })
    }
  }
  sendXml(s3, 'DeleteResult', { Deleted: document?.Quiet === 'true' ? [] : deleted, Error: failed })
}

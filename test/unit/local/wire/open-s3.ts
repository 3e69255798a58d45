import { request } from 'node:http'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { Registry } from '../../../../local/registry.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { WireDoor } from '../../../../local/wire/door.ts'
import { clientConfig, temporaryFolder } from '../temporary-platform.ts'

export const Bucket = 'lake-bucket'
export const OTHER_BUCKET = 'other-bucket-2'

/** A door with two buckets, and a client of it. */
export const openS3 = async (config: S3ClientConfig = {}) => {
  const objects = new ObjectStore(temporaryFolder(), [Bucket, OTHER_BUCKET])
  const door = new WireDoor(new Registry(), objects, 'eu-west-1')
  const endpoint = await door.open()
  const s3 = new S3Client({ ...clientConfig({ endpoint }), forcePathStyle: true, ...config })
  onTestFinished(async () => {
    s3.destroy()
    await door.close()
  })
  return { objects, endpoint, s3 }
}

export interface RawAnswer {
  readonly status: number
  readonly text: string
  readonly headers: Record<string, string | string[] | undefined>
}

/** A request that no SDK would send. */
export const raw = (
  endpoint: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
) =>
  new Promise<RawAnswer>((done, fail) => {
    const sent = request(endpoint, { method, path, headers }, (response) => {
      let text = ''
      response
        .on('data', (chunk) => (text += chunk))
        .on('end', () => done({ status: response.statusCode ?? 0, text, headers: response.headers }))
    })
    sent.on('error', fail).end(body)
  })

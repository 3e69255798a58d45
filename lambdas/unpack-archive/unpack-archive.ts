import { Readable } from 'node:stream'
import { Upload } from '@aws-sdk/lib-storage'
import { LAKE } from '../../catalog/layout.ts'
import { s3 } from '../shared/clients.ts'
import { type RawFile, type UnpackedArchive, unpackedArchive } from '../shared/documents.ts'
import { findDocument, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { InvalidInputError } from '../shared/errors.ts'
import type { ArchiveTask } from '../shared/night-state.ts'
import { headObject } from '../shared/objects.ts'
import { unpackedId } from '../shared/unpacked-id.ts'
import { ArchiveReadError, bytesOf } from './bytes-of.ts'
import { gunzipped } from './gunzipped.ts'
import { LIMITS, type Limits } from './limits.ts'
import { unzipped } from './unzipped.ts'

// Four parts of 16 MiB are under way at once: 64 MiB of memory, and 10,000 parts reach 156 GiB.
const PART_SIZE = 16 * 2 ** 20

/** Unpacks an archive to its target, or leaves no object there; done before, it does nothing. */
export async function unpackArchive(
  { key, target }: ArchiveTask,
  limits: Limits = LIMITS,
): Promise<UnpackedArchive> {
  const { rawBucket } = environment()
  const archive = await headObject(rawBucket, key)
  if (!archive) throw new InvalidInputError(`${key} is gone from s3://${rawBucket}: upload it again.`)
  if (archive.size === 0) throw new InvalidInputError(`${key} is empty: upload it again.`)
  const marker = LAKE.unpacked(unpackedId(key))
  const before = await findDocument(unpackedArchive, marker)
  if (before && isSame(before.archive, archive) && isSame(before.target, await headObject(rawBucket, target)))
    return before
  await upload(rawBucket, target, contentOf(archive, bytesOf(rawBucket, archive), limits))
  const unpacked = { archive, target: await uploaded(rawBucket, target) }
  await putDocument(marker, unpacked)
  return unpacked
}

const contentOf = (archive: RawFile, bytes: ReturnType<typeof bytesOf>, limits: Limits) =>
  archive.key.toLowerCase().endsWith('.zip')
    ? unzipped(archive, bytes, limits)
    : gunzipped(archive, bytes, limits)

/** An error in the content ends the upload before it is completed, and Upload then aborts it. */
async function upload(bucket: string, key: string, content: AsyncIterable<Buffer>): Promise<void> {
  try {
    await new Upload({
      client: s3(),
      params: { Bucket: bucket, Key: key, Body: Readable.from(content), ContentType: 'text/csv' },
      partSize: PART_SIZE,
    }).done()
  } catch (error) {
    // S3's own error: the state machine retries by its name.
    throw error instanceof ArchiveReadError ? error.cause : error
  }
}

async function uploaded(bucket: string, key: string): Promise<RawFile> {
  const file = await headObject(bucket, key)
  if (!file) throw new Error(`s3://${bucket}/${key} was removed while it was unpacked`)
  return file
}

const isSame = (a: RawFile, b: RawFile | undefined): boolean => a.size === b?.size && a.etag === b.etag

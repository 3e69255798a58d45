import { Readable } from 'node:stream'
import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { s3 } from '../shared/clients.ts'
import type { RawFile } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'

/** The bytes of an archive could not be read; nothing is said of what is in them, so it is worth another attempt. */
export class ArchiveReadError extends Error {}

/** Streams a range of an archive (`end` excluded). */
export type ReadRange = (start: number, end: number) => Readable

/** Ranged reads of an object as it was when listed: one that was replaced meanwhile does not answer. */
export const bytesOf =
  (bucket: string, { key, etag }: RawFile): ReadRange =>
  (start, end) =>
    Readable.from(chunksOf(bucket, key, etag, start, end), { objectMode: false })

async function* chunksOf(bucket: string, key: string, etag: string, start: number, end: number) {
  try {
    const range = { Range: `bytes=${start}-${end - 1}`, IfMatch: etag }
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key, ...range }))
    yield* Body as Readable
  } catch (cause) {
    if (cause instanceof S3ServiceException && cause.$metadata.httpStatusCode === 412)
      throw new InvalidInputError(
        `${key} was replaced while it was unpacked: start a new execution when its upload is complete.`,
      )
    throw new ArchiveReadError(
      `s3://${bucket}/${key} bytes ${start}-${end - 1}: ${(cause as Error).message}`,
      { cause },
    )
  }
}

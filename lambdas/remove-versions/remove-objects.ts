import { DeleteObjectsCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { s3 } from '../shared/clients.ts'
import { environment } from '../shared/environment.ts'
import { RemovalError } from '../shared/errors.ts'
import { listing } from '../shared/listing.ts'

/** Both a page of a list and a call to delete take so many. */
const PAGE = 1_000

/** Deletes everything below a prefix of the lake bucket. The bucket keeps former versions of objects for some days more. */
export async function removeObjects(prefix: string): Promise<{ objects: number; bytes: number }> {
  const Bucket = environment().lakeBucket
  let [objects, bytes] = [0, 0]
  const pages = paginateListObjectsV2({ client: s3(), pageSize: PAGE }, { Bucket, Prefix: prefix })
  for await (const { Contents = [] } of pages) {
    if (Contents.length === 0) continue
    const { Errors = [] } = await s3().send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true },
      }),
    )
    if (Errors.length > 0)
      throw new RemovalError(
        `${Errors.length} objects could not be deleted from s3://${Bucket}: ` +
          `${listing(
            Errors.map(({ Key, Code, Message }) => `${Key} (${Code}: ${Message})`),
            5,
          )}. ` +
          'Redrive this execution when the cause is mended.',
      )
    objects += Contents.length
    bytes += Contents.reduce((sum, { Size = 0 }) => sum + Size, 0)
  }
  return { objects, bytes }
}

import { s3Uri } from '../../catalog/layout.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import { ctasOf } from './statement.ts'

export interface ManifestRequest {
  readonly sql: string
  /** Where the files of a CREATE TABLE AS are that names no place: an s3 URI. */
  readonly defaultLocation: string
  /** The bucket and key of the manifest. */
  readonly bucket: string
  readonly key: string
}

/** Writes which files a CREATE TABLE AS made, one URI a line: clients read those instead of the table. Gives its URI. */
export const writeDataManifest = async (
  objects: ObjectStore,
  { sql, defaultLocation, bucket, key }: ManifestRequest,
): Promise<string | undefined> => {
  const ctas = ctasOf(sql)
  if (!ctas) return undefined
  const place = parseS3Uri(`${(ctas.location ?? defaultLocation).replace(/\/*$/, '')}/`)
  const { objects: files } = await objects.list(place.bucket, place.key)
  await objects.put(bucket, key, files.map((file) => `${s3Uri(place.bucket, file.key)}\n`).join(''))
  return s3Uri(bucket, key)
}

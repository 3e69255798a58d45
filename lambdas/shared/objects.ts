import {
  type _Object,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { s3 } from './clients.ts'
import type { RawFile } from './documents.ts'
import { inParallel } from './in-parallel.ts'

const fileOf = ({ Key = '', Size = 0, ETag = '', LastModified }: _Object): RawFile => ({
  key: Key,
  size: Size,
  etag: ETag,
  ...(LastModified && { modified: LastModified.toISOString() }),
})

const isFile = ({ key, size }: RawFile): boolean => !(size === 0 && key.endsWith('/'))

/** Every object under a prefix, without the empty markers (`folder/`) that the console makes for a folder. */
export async function listObjects(bucket: string, prefix: string): Promise<RawFile[]> {
  const files: RawFile[] = []
  for await (const page of paginateListObjectsV2({ client: s3() }, { Bucket: bucket, Prefix: prefix }))
    files.push(...(page.Contents ?? []).map(fileOf))
  return files.filter(isFile)
}

/** Folders listed at the same time. */
const LISTINGS = 8

/**
 * The same of a prefix whose folders lie by year and then by month, the months at the same time: a stream writes tens of
 * thousands of objects a month, and a page holds a thousand.
 */
export async function listMonths(bucket: string, prefix: string): Promise<RawFile[]> {
  const years = await listLevel(bucket, prefix)
  const months = await inParallel(years.folders, LISTINGS, (year) => listLevel(bucket, year))
  const folders = months.flatMap((level) => level.folders)
  const files = await inParallel(folders, LISTINGS, (folder) => listObjects(bucket, folder))
  return [years, ...months].flatMap((level) => level.files).concat(...files)
}

/** What lies directly under a prefix. */
async function listLevel(bucket: string, prefix: string): Promise<{ files: RawFile[]; folders: string[] }> {
  const files: RawFile[] = []
  const folders: string[] = []
  const request = { Bucket: bucket, Prefix: prefix, Delimiter: '/' }
  for await (const page of paginateListObjectsV2({ client: s3() }, request)) {
    files.push(...(page.Contents ?? []).map(fileOf).filter(isFile))
    folders.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []))
  }
  return { files, folders }
}

/** The folders directly under a prefix, each ending in a slash. */
export async function listFolders(bucket: string, prefix: string): Promise<string[]> {
  return (await listLevel(bucket, prefix)).folders
}

/** True where nothing lies under the prefix. */
export async function isEmpty(bucket: string, prefix: string): Promise<boolean> {
  const page = await s3().send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }))
  return (page.Contents ?? []).length === 0
}

/** What an object is now, or undefined where it is gone. */
export async function headObject(bucket: string, key: string): Promise<RawFile | undefined> {
  try {
    const head = await s3().send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    return { key, size: head.ContentLength ?? 0, etag: head.ETag ?? '' }
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

/** The first bytes of an object that is not empty; fewer where it is shorter. */
export async function firstBytes(bucket: string, key: string, count: number): Promise<Buffer> {
  const answer = await s3().send(
    new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${count - 1}` }),
  )
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

import path from 'node:path'
import { paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { curatedEvents, quarantinedRows } from '../../../catalog/events.ts'
import { LAKE } from '../../../catalog/layout.ts'
import { s3 } from '../clients.ts'
import { environment } from '../environment.ts'
import { inParallel } from '../in-parallel.ts'
import { listFolders } from '../objects.ts'
import { versionId } from './version-id.ts'

/** A version of a table as it lies in the lake bucket. */
export interface StoredVersion {
  /** As releases know it. */
  readonly id: string
  readonly table: string
  readonly version: string
  readonly prefix: string
}

/** What lies below a prefix. */
export interface Measured {
  readonly objects: number
  readonly bytes: number
  /** When the youngest of them was written, as milliseconds. */
  readonly youngest: number
}

/** All versions of all tables, those of marts too that are defined no more. */
export async function storedVersions(): Promise<StoredVersion[]> {
  const { lakeBucket } = environment()
  const marts = await listFolders(lakeBucket, LAKE.marts)
  const found = await inParallel(
    [
      { table: curatedEvents.name, mart: null, prefix: LAKE.curated },
      { table: quarantinedRows.name, mart: null, prefix: LAKE.quarantine },
      ...marts.map((prefix) => ({ table: nameOf(prefix), mart: nameOf(prefix), prefix })),
    ],
    8,
    async ({ table, mart, prefix }) => {
      const folders = await listFolders(lakeBucket, prefix)
      return folders.flatMap((folder) => {
        const version = /^version=(.+)$/.exec(nameOf(folder))?.[1]
        // What is not called like a version is not ours to remove.
        return version ? [{ id: versionId(mart, version), table, version, prefix: folder }] : []
      })
    },
  )
  return found.flat()
}

export async function measure(prefix: string): Promise<Measured> {
  let [objects, bytes, youngest] = [0, 0, 0]
  const pages = paginateListObjectsV2({ client: s3() }, { Bucket: environment().lakeBucket, Prefix: prefix })
  for await (const { Contents = [] } of pages)
    for (const { Size = 0, LastModified } of Contents) {
      objects += 1
      bytes += Size
      youngest = Math.max(youngest, LastModified?.getTime() ?? 0)
    }
  return { objects, bytes, youngest }
}

const nameOf = (prefix: string): string => path.posix.basename(prefix)

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RAW } from '../../../../catalog/layout.ts'
import type { SliceManifest } from '../../../../lambdas/shared/documents.ts'
import { type CurateOptions, curateSlice } from '../../../../local/curate/curate-slice.ts'
import { type Curated, rowsIn, temporaryFolder } from './curate-files.ts'
import { HOURS, objectOf, SHARED, type StreamFiles } from './stream-files.ts'

/** Objects by key, each hour's lines as one. */
export const objectsOf = (hours: StreamFiles): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(hours).map(([hour, lines]) => [
      `${RAW.stream}${HOURS[hour as keyof typeof HOURS]}a.json.gz`,
      objectOf(lines),
    ]),
  )

/** Curates objects given by key and content as the stream's slice of October 2019. */
export async function curateObjects(
  contents: Record<string, Uint8Array>,
  hours: SliceManifest['hours'] | null = SHARED,
  options: Partial<CurateOptions> = {},
): Promise<Curated> {
  const folder = await temporaryFolder()
  for (const [key, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, 'raw', key)), { recursive: true })
    await writeFile(join(folder, 'raw', key), content)
  }
  const folders = {
    curated: join(folder, 'lake/curated'),
    quarantine: join(folder, 'lake/quarantine'),
    work: join(folder, 'work'),
  }
  const metrics = await curateSlice({
    manifest: {
      slice: 'stream-2019-10',
      source: 'stream',
      month: '2019-10',
      version: 'stream-2019-10@r1',
      fingerprint: '0',
      bucket: 'raw',
      files: Object.entries(contents).map(([key, { length: size }]) => ({ key, size, etag: '' })),
      ...(hours && { hours }),
    },
    resolve: (bucket, key) => join(folder, bucket, key),
    curatedDir: folders.curated,
    quarantineDir: folders.quarantine,
    workDir: folders.work,
    memoryLimit: '1GB',
    threads: 2,
    ...options,
  })
  return {
    metrics,
    events: (await rowsIn(folders.curated, '*/')) as Curated['events'],
    rejected: (await rowsIn(folders.quarantine, '')) as unknown as Curated['rejected'],
    folders,
  }
}

export const curateStream = (files: StreamFiles, hours?: SliceManifest['hours']): Promise<Curated> =>
  curateObjects(objectsOf(files), hours)
